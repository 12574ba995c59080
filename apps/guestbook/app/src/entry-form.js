export const maxName = 60;
export const maxText = 1_000;

/**
 * Reads a sent form: `entry` as it would be stored and, when it cannot be, `problem`, a message for its author.
 *
 * @param fields URLSearchParams of the body
 */
export function readForm(fields) {
  const entry = { name: clean(fields.get('name')).replaceAll('\n', ' '), text: clean(fields.get('text')) };
  return { entry, problem: problemOf(entry) };
}

function problemOf({ name, text }) {
  if (name === '') return 'Please say who you are.';
  if (text === '') return 'Please write something.';
  if ([...name].length > maxName) return `Your name has more than ${maxName} characters.`;
  if ([...text].length > maxText) return `Your words have more than ${maxText} characters.`;
  return undefined;
}

/** Removes control characters: they are invisible, and a terminal that prints an entry would execute them. */
function clean(text) {
  return (text ?? '')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}

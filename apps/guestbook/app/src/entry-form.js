export const MAX_NAME = 60;
export const MAX_TEXT = 1_000;

/**
 * What somebody sent with the form: `entry` as it would be kept, and `problem`, a sentence for them, when it cannot be.
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
  if ([...name].length > MAX_NAME) return `Your name has more than ${MAX_NAME} characters.`;
  if ([...text].length > MAX_TEXT) return `Your words have more than ${MAX_TEXT} characters.`;
  return undefined;
}

/** Without control characters: they show nothing, and a terminal that prints an entry would obey them. */
function clean(text) {
  return (text ?? '')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}

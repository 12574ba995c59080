import { randomInt } from 'node:crypto';

const styles = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
} as const;

export type Paint = Readonly<Record<keyof typeof styles, (text: string) => string>>;

/**
 * Parameters that no text from outside can guess make a colour ours, until it is printed. In the form of a terminal's own, so that a table knows
 * that it has no width.
 */
const ours = Array.from({ length: 4 }, () => randomInt(1_000, 10_000)).join(';');
const colour = new RegExp(`(${String.fromCodePoint(0x1b)}\\[\\d+;${ours}m)`);

export function paintWith(colors: boolean): Paint {
  const painter =
    ([start, end]: readonly [number, number]) =>
    (text: string) =>
      colors ? `\u001B[${start};${ours}m${text}\u001B[${end};${ours}m` : text;
  return {
    bold: painter(styles.bold),
    dim: painter(styles.dim),
    red: painter(styles.red),
    green: painter(styles.green),
    yellow: painter(styles.yellow),
    blue: painter(styles.blue),
    cyan: painter(styles.cyan),
  };
}

/** The text as it is printed: escaped, but for the colours that `paintWith` made. */
export function printable(text: string, escaped: (text: string) => string): string {
  return text
    .split(colour)
    .map((part, index) => (index % 2 === 0 ? escaped(part) : part.replace(`;${ours}`, '')))
    .join('');
}

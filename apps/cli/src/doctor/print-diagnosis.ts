import { escapeText } from '@keelson/core';
import type { Output } from '../output.ts';
import type { Line } from './schema.ts';

/** Prints one line each, with the remedy below it, and a summary at the end. */
export function printDiagnosis(lines: readonly Line[], output: Output): void {
  const { green, red, yellow, dim } = output.paint;
  const paint = { ok: green, missing: red, note: yellow, unseen: dim } as const;
  for (const { status, message, remedy } of lines) {
    output.write(`  ${paint[status](status.padEnd(7))}  ${escapeText(message)}\n`);
    if (remedy !== undefined) output.write(`${' '.repeat(11)}${dim('→')} ${escapeText(remedy)}\n`);
  }
  const count = (wanted: Line['status']) => lines.filter(({ status }) => status === wanted).length;
  const unseen = count('unseen') === 0 ? '' : ` ${count('unseen')} could not be examined.`;
  const missing = count('missing');
  const sum =
    missing === 0 ? `Nothing is missing.` : `${missing} ${missing === 1 ? 'thing is' : 'things are'} missing.`;
  output.write(`\n${missing === 0 ? green(sum) : red(sum)}${unseen}\n`);
}

import { isatty } from 'node:tty';
import { escapeJson, escapeLines } from '@keelson/core';
import pc from 'picocolors';
import type { Paint } from './paint.ts';
import { paintWith, printable } from './paint.ts';

/**
 * Where a command writes its output: the terminal, or a test. What is not seen or moves the cursor is escaped, whoever it is from; only `paint`
 * makes colours. A text from outside goes through `escapeText` before it becomes a part of a line: here its line ends would look like ours.
 */
export interface Output {
  readonly write: (text: string) => void;
  /** Writes one JSON document. */
  readonly writeJson: (value: unknown) => void;
  readonly paint: Paint;
}

export function createOutput(print: (text: string) => void, colors: boolean): Output {
  return {
    write: (text) => print(printable(text, escapeLines)),
    writeJson: (value) => print(`${escapeJson(JSON.stringify(value, undefined, 2))}\n`),
    paint: paintWith(colors),
  };
}

/** Standard output, with colours on a terminal only, unless NO_COLOR or a similar variable forbids them. */
export function standardOutput(): Output {
  // `isTTY` is undefined for a pipe, and picocolors would put its own default there: colours in CI.
  const colors = isatty(process.stdout.fd) && pc.isColorSupported;
  return createOutput((text) => void process.stdout.write(text), colors);
}

/** Standard error, without colours. */
export const errorOutput = createOutput((text) => void process.stderr.write(text), false);

import { escapeText } from '@keelson/core';
import { paint } from './paint.ts';

/** What the demo writes to the terminal: one line for each thing that happens. */
export interface Screen {
  readonly heading: (text: string) => void;
  readonly fact: (name: string, text: string) => void;
  readonly line: (label: Label, subject: string, text: string) => void;
  /** A text of lines, whose parts from outside are escaped already. */
  readonly plain: (text: string) => void;
}

const paints = {
  push: paint.cyan,
  pipeline: paint.cyan,
  job: paint.cyan,
  page: paint.green,
  detected: paint.blue,
  patched: paint.blue,
  soaking: paint.blue,
  succeeded: paint.green,
  failed: paint.red,
  quarantined: paint.yellow,
  released: paint.blue,
  rollback: paint.yellow,
  'on hold': paint.yellow,
  waiting: paint.yellow,
  resumed: paint.blue,
  log: paint.dim,
  flux: paint.dim,
  ended: paint.dim,
} as const satisfies Record<string, (text: string) => string>;

export type Label = keyof typeof paints;

const width = Math.max(...Object.keys(paints).map((label) => label.length));

export function createScreen(write: (text: string) => void): Screen {
  return {
    heading: (text) => write(`\n${paint.bold(text)}\n`),
    fact: (name, text) => write(`  ${paint.dim(name.padEnd(10))} ${escapeText(text)}\n`),
    line: (label, subject, text) =>
      write(
        `  ${paint.dim(clock(new Date()))}  ${paints[label](label.padEnd(width))}  ${escapeText(subject).padEnd(16)} ${escapeText(text)}\n`,
      ),
    plain: (text) => write(`${text}\n`),
  };
}

function clock(date: Date): string {
  return date.toTimeString().slice(0, 8);
}

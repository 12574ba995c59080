import pc from 'picocolors';

/** What the demo writes to the terminal: one line for each thing that happens. */
export interface Screen {
  readonly heading: (text: string) => void;
  readonly fact: (name: string, text: string) => void;
  readonly line: (label: Label, subject: string, text: string) => void;
  readonly plain: (text: string) => void;
}

const paints = {
  push: pc.cyan,
  pipeline: pc.cyan,
  job: pc.cyan,
  page: pc.green,
  detected: pc.blue,
  patched: pc.blue,
  soaking: pc.blue,
  succeeded: pc.green,
  failed: pc.red,
  quarantined: pc.yellow,
  released: pc.blue,
  rollback: pc.yellow,
  'on hold': pc.yellow,
  waiting: pc.yellow,
  resumed: pc.blue,
  log: pc.dim,
  flux: pc.dim,
  ended: pc.dim,
} as const satisfies Record<string, (text: string) => string>;

export type Label = keyof typeof paints;

const width = Math.max(...Object.keys(paints).map((label) => label.length));

export function createScreen(write: (text: string) => void): Screen {
  return {
    heading: (text) => write(`\n${pc.bold(text)}\n`),
    fact: (name, text) => write(`  ${pc.dim(name.padEnd(10))} ${text}\n`),
    line: (label, subject, text) =>
      write(`  ${pc.dim(clock(new Date()))}  ${paints[label](label.padEnd(width))}  ${subject.padEnd(16)} ${text}\n`),
    plain: (text) => write(`${text}\n`),
  };
}

function clock(date: Date): string {
  return date.toTimeString().slice(0, 8);
}

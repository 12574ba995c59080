import pc from 'picocolors';

/** What the demo writes to the terminal: one calm line for each thing that happens. */
export interface Screen {
  readonly heading: (text: string) => void;
  readonly fact: (name: string, text: string) => void;
  readonly line: (mark: Mark, subject: string, text: string) => void;
  readonly plain: (text: string) => void;
}

export type Mark =
  | 'push'
  | 'pipeline'
  | 'job'
  | 'page'
  | 'noticed'
  | 'back'
  | 'written'
  | 'soaking'
  | 'succeeded'
  | 'failed'
  | 'kept out'
  | 'held'
  | 'log'
  | 'flux'
  | 'ended';

const marks: Record<Mark, (text: string) => string> = {
  push: pc.cyan,
  pipeline: pc.cyan,
  job: pc.cyan,
  page: pc.green,
  noticed: pc.blue,
  back: pc.yellow,
  written: pc.blue,
  soaking: pc.blue,
  succeeded: pc.green,
  failed: pc.red,
  'kept out': pc.yellow,
  held: pc.yellow,
  log: pc.dim,
  flux: pc.dim,
  ended: pc.dim,
};

export function createScreen(write: (text: string) => void): Screen {
  return {
    heading: (text) => write(`\n${pc.bold(text)}\n`),
    fact: (name, text) => write(`  ${pc.dim(name.padEnd(9))} ${text}\n`),
    line: (mark, subject, text) =>
      write(`  ${pc.dim(clock(new Date()))}  ${marks[mark](mark.padEnd(9))}  ${subject.padEnd(16)} ${text}\n`),
    plain: (text) => write(`${text}\n`),
  };
}

function clock(date: Date): string {
  return date.toTimeString().slice(0, 8);
}

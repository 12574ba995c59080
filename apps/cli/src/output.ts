import pc from 'picocolors';

/** Where a command writes what it has to say: the terminal, or a test. */
export interface Output {
  write: (text: string) => void;
  readonly colors: boolean;
}

/** Standard output; colours only on a terminal, and as NO_COLOR and its like ask for. */
export function standardOutput(): Output {
  return {
    write: (text) => {
      process.stdout.write(text);
    },
    colors: process.stdout.isTTY && pc.isColorSupported,
  };
}

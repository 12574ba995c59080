import { isatty } from 'node:tty';
import pc from 'picocolors';

/** Where a command writes its output: the terminal, or a test. */
export interface Output {
  write: (text: string) => void;
  readonly colors: boolean;
}

/** Standard output, with colours on a terminal only, unless NO_COLOR or a similar variable forbids them. */
export function standardOutput(): Output {
  return {
    write: (text) => {
      process.stdout.write(text);
    },
    // `isTTY` is undefined for a pipe, and picocolors would put its own default there: colours in CI.
    colors: isatty(process.stdout.fd) && pc.isColorSupported,
  };
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Runs git in a folder and returns its standard output without surrounding white space.
 *
 * @throws Error whose message is what git printed to standard error
 */
export async function git(folder: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', args, { cwd: folder });
    return stdout.trim();
  } catch (error) {
    const printed = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Error(printed || String(error), { cause: error });
  }
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { installedCopy } from './installed-copy.ts';

/**
 * Runs an app's own tests as CI does, in a copy, and returns what they printed.
 *
 * @param folder the app's `app/` folder
 * @param from where its dependencies are installed: a file of a package that has them
 */
export async function runOwnTests(folder: string, from: string): Promise<string> {
  await using copy = await installedCopy(folder, from);
  const { stdout } = await promisify(execFile)('npm', ['test'], { cwd: copy.folder });
  return stdout;
}

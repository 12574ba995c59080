import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCode } from './children.mjs';
import { root, setupFolder } from './root.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * Runs a command of the setup with its output in a log; the end of the log is shown only when it fails.
 *
 * @throws SetupError with `remedy` when it fails or is not there.
 */
export async function runLogged(log, [command, ...args], { env = {}, remedy } = {}) {
  mkdirSync(setupFolder, { recursive: true });
  const file = join(setupFolder, `${log}.log`);
  const stream = openSync(file, 'w');
  const line = [command, ...args].join(' ');
  try {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', stream, stream],
    });
    const code = await exitCode(child);
    if (code === 0) return;
    const end = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-30).join('\n');
    throw new SetupError(`\`${line}\` ended with code ${code}; the end of ${file}:\n${end}`, { remedy });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new SetupError(`\`${command}\` is not on PATH, so \`${line}\` could not be run.`, { remedy, cause: error });
  } finally {
    closeSync(stream);
  }
}

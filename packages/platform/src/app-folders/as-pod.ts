import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { installedCopy } from './installed-copy.ts';

export interface RunningApp extends AsyncDisposable {
  readonly url: string;
  /** Asks it to end as the kubelet does, and says how it ended and after how many milliseconds. */
  readonly terminate: () => Promise<{ readonly code: unknown; readonly ms: number }>;
}

/** Starts an app as its image does, `node src/main.js`, on a free port. `from` is as for `installedCopy`. */
export async function startAsPod(folder: string, from: string): Promise<RunningApp> {
  const copy = await installedCopy(folder, from);
  const child = spawn(process.execPath, ['src/main.js'], {
    cwd: copy.folder,
    env: { PORT: '0', ENVIRONMENT: 'production' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited: Promise<unknown[]> = once(child, 'exit');
  const said: Promise<unknown[]> = once(child.stdout, 'data');
  const [line] = await Promise.race([said, exited]);
  const port = /listens on (\d+)/.exec(String(line))?.[1];
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
    await copy[Symbol.asyncDispose]();
  };
  if (port === undefined) {
    await stop();
    throw new Error(`${folder} did not say where it listens`);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async terminate() {
      const start = performance.now();
      child.kill('SIGTERM');
      const [code] = await exited;
      return { code, ms: performance.now() - start };
    },
    [Symbol.asyncDispose]: stop,
  };
}

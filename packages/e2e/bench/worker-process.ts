import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { fileURLToPath } from 'node:url';
import { workerFlags } from '../src/processes.ts';

const main = fileURLToPath(new URL('../../../apps/worker/src/main.ts', import.meta.url));

/** The worker as it runs in production: a process of its own. */
export function startWorkerProcess(env: Readonly<Record<string, string>>) {
  const cache = getCompileCacheDir();
  const child = spawn(process.execPath, [...workerFlags, main], {
    env: {
      ...env,
      KEELSON_LOG_LEVEL: 'warn',
      KEELSON_HEALTH_LISTEN: '127.0.0.1:0',
      ...(cache !== undefined && { NODE_COMPILE_CACHE: cache }),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

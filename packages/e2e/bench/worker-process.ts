import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../apps/worker/src/main.ts', import.meta.url));

/** The worker as it runs in production: a process of its own. */
export async function startWorkerProcess(
  env: Readonly<Record<string, string>>,
  kubeconfig: { readonly path: string; readonly text: string },
) {
  await writeFile(kubeconfig.path, kubeconfig.text, { mode: 0o600 });
  const child = spawn(process.execPath, [MAIN], {
    env: { ...env, KUBECONFIG: kubeconfig.path, KEELSON_LOG_LEVEL: 'warn', KEELSON_HEALTH_LISTEN: '127.0.0.1:0' },
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

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createEntries } from '../src/entries.js';
import { connectRedis } from '../src/redis.js';
import { createApp } from '../src/server.js';

const password = 'open sesame';

export const about = {
  name: 'guestbook',
  version: '1.2.3',
  commit: '0123456789abcdef0123456789abcdef01234567',
  buildTime: '2026-01-02T03:04:05Z',
  environment: 'production',
  pod: 'guestbook-1',
};

const there = await once(spawn('redis-server', ['--version'], { stdio: 'ignore' }), 'spawn').then(
  () => true,
  () => false,
);

/** Why tests on a real Redis are skipped; false when they run. */
export const skip = there ? false : 'redis-server is not on PATH';

/** A Redis of its own with a password, as in the cluster. */
export async function startRedis(context, port) {
  const folder = await mkdtemp(join(tmpdir(), 'guestbook-'));
  const child = spawn('redis-server', ['-'], { stdio: ['pipe', 'pipe', 'inherit'], cwd: folder });
  const address = port ?? (await freePort());
  child.stdin.end(`port ${address}\nbind 127.0.0.1\nsave ""\ndir ${folder}\nrequirepass "${password}"\n`);
  for await (const text of child.stdout) if (String(text).includes('Ready to accept')) break;
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  context.after(stop);
  return { port: address, stop, env: { REDIS_URL: `redis://127.0.0.1:${address}`, REDIS_PASSWORD: password } };
}

/** The app on a free port, with the Redis of `env`. */
export async function startApp(context, env) {
  const redis = connectRedis(env);
  const entries = createEntries(redis);
  const app = createApp({ about, entries });
  await once(app.server.listen(0, '127.0.0.1'), 'listening');
  context.after(async () => {
    redis.disconnect();
    app.server.closeAllConnections();
    await promisify(app.server.close).call(app.server);
  });
  const url = `http://127.0.0.1:${app.server.address().port}`;
  return {
    ...app,
    url,
    redis,
    entries,
    get: (path, options) => fetch(`${url}${path}`, options),
    write: (fields, headers) =>
      fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' }),
  };
}

export async function freePort() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address();
  await promisify(server.close).call(server);
  return port;
}

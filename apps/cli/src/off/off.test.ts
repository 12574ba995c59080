import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startApi } from '@keelson/api';
import { readConfig } from '@keelson/config';
import { createHistory } from '@keelson/history';
import { createLogger } from '@keelson/log';
import { startRedis } from '@keelson/redis/server';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const TOKEN = 'let-me-in';

async function off(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, 'off', ...args], { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { output, errors, code };
}

it('has a workload switched off by the API that the settings name, and says what that means', async () => {
  await using redis = await startRedis();
  const config = { ...readConfig({ KEELSON_LISTEN: '127.0.0.1:0', KEELSON_TOKEN: TOKEN }), redisUrl: redis.url };
  const log = createLogger({ level: 'fatal', name: 'off' });
  const api = await startApi({ config, log });
  const history = createHistory({ redis: redis.url });
  await history.putWorkload({
    id: 'myapp/deployment/myapp',
    namespace: 'myapp',
    kind: 'Deployment',
    name: 'myapp',
    uid: 'u1',
    policy: 'force',
    trigger: 'poll',
    schedule: 'every 1m',
    owner: 'none',
    writePath: 'image-pin',
    containers: [],
    warnings: [],
  });
  try {
    const env = { KEELSON_LISTEN: new URL(api.url).host, KEELSON_TOKEN: TOKEN };

    expect(await off(env, 'myapp/myapp')).toEqual({
      code: 0,
      errors: '',
      output: expect.stringMatching(/^myapp\/deployment\/myapp: .* being taken out[\s\S]*take keel\.sh\/policy/),
    });
    expect((await history.workload('myapp/deployment/myapp'))?.hold?.code).toBe('off');
    expect(await off(env, 'myapp/other')).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/follows no workload/),
    });
    expect(await off({ KEELSON_TOKEN: 'wrong' }, 'myapp/myapp', '--api', `${api.url}/`)).toMatchObject({
      code: 2,
      errors: expect.not.stringContaining('wrong'),
    });
  } finally {
    await history.close();
    await api.stop();
  }
});

it.each([
  [['--api', 'http://127.0.0.1:1', 'myapp/myapp'], /No API answers at http:\/\/127\.0\.0\.1:1: start one/],
  [['nonsense'], /"nonsense" names no workload/],
  [[], /missing required argument/],
])('says what is wrong with %o, and ends with a code that is not 0', async (args, message) => {
  const { code, errors } = await off({}, ...args);

  expect(code).not.toBe(0);
  expect(errors).toMatch(message);
  expect(errors).not.toMatch(/\n\s+at /);
});

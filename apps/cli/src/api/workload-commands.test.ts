import { startApi } from '@keelson/api';
import { readConfig } from '@keelson/config';
import { createHistory } from '@keelson/history';
import { createLogger } from '@keelson/log';
import { startRedis } from '@keelson/redis/server';
import { expect, it } from 'vitest';
import { keelson, keelsonProcess } from '../testing/keelson.ts';

const token = 'open-sesame';

it('keelson why, check and off act on a workload through the API that the settings name', async () => {
  await using redis = await startRedis();
  const config = { ...readConfig({ KEELSON_LISTEN: '127.0.0.1:0', KEELSON_TOKEN: token }), redisUrl: redis.url };
  const log = createLogger({ level: 'fatal', name: 'test' });
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
    const env = { KEELSON_LISTEN: new URL(api.url).host, KEELSON_TOKEN: token };

    expect(await keelsonProcess(env, 'why', 'myapp/myapp')).toEqual({
      code: 0,
      errors: '',
      output: 'myapp/deployment/myapp: not checked yet.\n',
    });
    const worker = setInterval(() => {
      const check = { at: Date.now(), code: 'up-to-date', message: 'It runs what the registry has.', observed: [] };
      void history.putCheck('myapp/deployment/myapp', check);
    }, 100);
    const checked = await keelson(env, 'check', 'myapp/myapp');
    clearInterval(worker);
    expect(checked).toEqual({
      code: 0,
      errors: '',
      output: 'myapp/deployment/myapp: It runs what the registry has.\n',
    });
    expect(await keelson(env, 'why', 'myapp/myapp')).toEqual(checked);
    expect(await keelson(env, 'off', 'myapp/myapp')).toEqual({
      code: 0,
      errors: '',
      output: expect.stringMatching(
        /^myapp\/deployment\/myapp: No pin of Keelson's is known[\s\S]*remove keel\.sh\/policy/,
      ),
    });
    expect((await history.workload('myapp/deployment/myapp'))?.hold?.code).toBe('off');
    expect(await keelson(env, 'off', 'myapp/other')).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/follows no workload/),
    });
    expect(await keelson({ KEELSON_TOKEN: 'wrong' }, 'off', 'myapp/myapp', '--api', `${api.url}/`)).toMatchObject({
      code: 2,
      errors: expect.not.stringContaining('wrong'),
    });
  } finally {
    await history.close();
    await api.stop();
  }
});

it.each([
  [['off', '--api', 'http://127.0.0.1:1', 'myapp/myapp'], /No API answers at http:\/\/127\.0\.0\.1:1: start one/],
  [['off', 'nonsense'], /"nonsense" names no workload/],
])('keelson %j says what is wrong, and ends with 2', async (args, message) => {
  const { code, errors } = await keelson({}, ...args);

  expect(code).toBe(2);
  expect(errors).toMatch(message);
  expect(errors).not.toMatch(/\n\s+at /);
});

import { createHistory } from '@keelson/history';
import { createProducer, registryPoll } from '@keelson/queue';
import type { RedisTarget } from '@keelson/redis';
import { connectQuick, targetOf } from '@keelson/redis';
import type { TlsRedis } from '@keelson/redis/testing';
import { startTlsRedis } from '@keelson/redis/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { soon } from './testing/test-env.ts';
import { startVictim } from './testing/victim.ts';

const password = 'hunter2/of:the@test';
let redis: TlsRedis;
beforeAll(async () => {
  redis = await startTlsRedis(password);
});
afterAll(() => redis.stop());

const target = () => targetOf({ redisUrl: redis.url, redisCa: redis.ca });

it('a worker needs no more of Redis than TLS and the rights of the user keelson (law 17)', async () => {
  const admin = connectQuick(redis.admin);
  await admin.call('ACL', 'LOG', 'RESET');
  const victim = await startVictim({ REDIS_URL: redis.url, KEELSON_REDIS_CA: redis.ca });
  const { history } = victim;
  const id = 'victim/deployment/web';
  const event = history.events(await history.lastEventId(), { blockMs: 60_000 });

  const pushed = await victim.push();
  await soon(async () => expect(await victim.lastGood()).toBe(pushed));

  expect(await event).not.toEqual([]);
  expect((await history.rollouts({ namespaces: ['victim'] })).items).toMatchObject([{ state: 'succeeded' }]);
  expect((await history.rollouts({})).items).toHaveLength(1);
  await history.hold(id, { code: 'paused', message: 'x', at: 1 });
  await history.release(id);
  await history.resume(id);
  await history.trim(Date.now());
  await history.workloadPage({ namespaces: ['victim'] });
  const producer = createProducer({ redis: target() });
  await producer.add(registryPoll, { workload: id, trigger: 'webhook' }, { delayMs: 1 });
  await soon(async () => expect(await victim.worker.problems()).toEqual([]));
  const again = await victim.push();
  await soon(async () => expect(await victim.lastGood()).toBe(again));
  await producer.close();
  await history.removeWorkload(id);
  await victim.stop();

  expect(await admin.call('ACL', 'LOG')).toEqual([]);
  expect(victim.lines.join('')).not.toMatch(/hunter2|"level":"(?:warn|error)"/);
  admin.disconnect();
});

it('the user keelson reads and writes no keys of others, and changes nothing of the server (law 17)', async () => {
  const admin = connectQuick(redis.admin);
  await admin.set('foreign', 'secret');
  await admin.set('{keelson2}:h:x', 'secret');
  admin.disconnect();
  const client = connectQuick(target());

  for (const command of [
    ['GET', 'foreign'],
    ['GET', '{keelson2}:h:x'],
    ['SET', 'foreign', '1'],
    ['EVAL', "return redis.call('GET', 'foreign')", '0'],
    ['KEYS', '*'],
    ['SCAN', '0'],
    ['RANDOMKEY'],
    ['FLUSHALL'],
    ['CONFIG', 'GET', '*'],
    ['ACL', 'LIST'],
    ['SUBSCRIBE', 'x'],
    ['PUBLISH', 'x', 'y'],
    ['MONITOR'],
    ['SHUTDOWN'],
    ['REPLICAOF', 'no', 'one'],
    ['SCRIPT', 'FLUSH'],
  ]) {
    const [name = '', ...args] = command;
    await expect(client.call(name, args)).rejects.toThrow(
      /NOPERM|no permissions|can't access at least one of the keys/,
    );
  }
  client.disconnect();
});

async function messageFor(to: RedisTarget): Promise<string> {
  const history = createHistory({ redis: to });
  const message = await history.ping().then(
    () => 'ok',
    (error: unknown) => `${String(error)} ${error instanceof Error ? error.stack : ''}`,
  );
  await history.close();
  return message;
}

it('a Redis that the CA did not sign, or of another name, gets no password; nobody comes in without (laws 12, 17)', async () => {
  const { ca } = redis;
  expect(await messageFor(target())).toBe('ok');

  const refused = await Promise.all([
    messageFor(redis.url),
    messageFor(targetOf({ redisUrl: redis.misnamed, redisCa: ca })),
    messageFor(redis.url.replace('rediss', 'redis')),
    messageFor(targetOf({ redisUrl: redis.url.replace('hunter2', 'hunter3'), redisCa: ca })),
    messageFor(targetOf({ redisUrl: redis.url.replace(/keelson:[^@]*@/, ''), redisCa: ca })),
    messageFor(redis.server.url),
  ]);

  for (const message of refused) {
    expect(message).toMatch(/^HistoryError: Redis (?:cannot be reached|refused this user and password)/);
    expect(message).not.toMatch(/hunter\d/);
  }
});

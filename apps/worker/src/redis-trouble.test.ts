import { sleep } from '@keelson/core/wait';
import type { History } from '@keelson/history';
import { connectQuick } from '@keelson/redis';
import type { RedisServer } from '@keelson/redis/server';
import { startRedis } from '@keelson/redis/server';
import { afterEach, expect, it } from 'vitest';
import { soon } from './testing/test-env.ts';
import type { Victim } from './testing/victim.ts';
import { startVictim } from './testing/victim.ts';

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

interface Running extends Victim {
  readonly server: RedisServer;
  readonly raw: ReturnType<typeof connectQuick>;
}

async function setUp(args: readonly string[] = []): Promise<Running> {
  const server = await startRedis({ appendOnly: true, args });
  const victim = await startVictim({ REDIS_URL: server.url });
  const raw = connectQuick(server.url);
  opened.push(
    () => server.stop(),
    () => victim.stop(),
    async () => raw.disconnect(),
  );
  return { ...victim, server, raw };
}

/** Another program fills the Redis to the last byte. */
async function fill(raw: Running['raw']): Promise<void> {
  for (const size of [1_000_000, 10_000, 100, 1]) {
    for (let i = 0; ; i++) {
      const isFull = await raw.set(`foreign:${size}:${i}`, 'x'.repeat(size)).then(
        () => false,
        () => true,
      );
      if (isFull) break;
    }
  }
  // What clients held for a moment is no room either.
  await raw.config('SET', 'maxmemory', '60mb');
}

async function makeRoom(raw: Running['raw']): Promise<void> {
  const keys = await raw.keys('foreign:*');
  for (let i = 0; i < keys.length; i += 1_000) await raw.unlink(...keys.slice(i, i + 1_000));
}

const commandsOf = async (raw: Running['raw']): Promise<number> =>
  Number(/total_commands_processed:(\d+)/.exec(await raw.info('stats'))?.[1]);

const failures = (lines: readonly string[]) => lines.filter((line) => /"level":"(?:warn|error|fatal)"/.test(line));

const succeededOnce = async (history: History): Promise<void> => {
  const { items } = await history.rollouts({ namespaces: ['victim'] });
  expect(items).toMatchObject([{ state: 'succeeded' }]);
};

it('a worker waits for a Redis that is full, says so, and rolls out afterwards what was pushed meanwhile (law 17)', async () => {
  const { worker, history, raw, lines, push, lastGood } = await setUp(['--maxmemory', '64mb']);
  await fill(raw);
  await soon(async () => expect(await worker.problems()).toEqual([expect.stringContaining('Redis is full')]));
  const before = await lastGood();

  const pushed = await push();
  const commands = await commandsOf(raw);
  await sleep(5_000);

  // Thousands a second, where a refused job is fetched again at once.
  expect((await commandsOf(raw)) - commands).toBeLessThan(2_000);
  expect(await lastGood()).toBe(before);
  // The next tick of a schedule may have been refused, when the last one was taken.
  const ticks = await raw.keys('{keelson}:schedule:repeat:victim/deployment/web:*');
  await raw.del('{keelson}:schedule:delayed', ...ticks);

  await makeRoom(raw);
  await soon(async () => expect(await worker.problems()).toEqual([]));
  await soon(async () => expect(await lastGood()).toBe(pushed));
  await soon(() => succeededOnce(history));
  expect(failures(lines).length).toBeLessThan(10);
  const next = await push();
  await soon(async () => expect(await lastGood()).toBe(next));
});

it('a worker waits for a Redis that is slow, and says so (law 17)', async () => {
  const { worker, history, raw, lines, push, lastGood } = await setUp();
  await raw.call('CLIENT', 'PAUSE', '8000', 'WRITE');
  expect(await worker.problems()).toEqual(['Redis did not answer within a second.']);

  const pushed = await push();

  await soon(async () => expect(await worker.problems()).toEqual([]));
  await soon(async () => expect(await lastGood()).toBe(pushed));
  await soon(() => succeededOnce(history));
  expect(failures(lines).length).toBeLessThan(10);
});

it('a worker waits for a Redis that is gone, and continues when it is back (law 17)', async () => {
  const { server, worker, history, lines, push, lastGood } = await setUp(['--appendfsync', 'always']);
  await server.kill9();
  await soon(async () => expect(await worker.problems()).toEqual([expect.stringContaining('Redis')]));

  const pushed = await push();
  await sleep(5_000);
  await server.restart();

  await soon(async () => expect(await worker.problems()).toEqual([]));
  await soon(async () => expect(await lastGood()).toBe(pushed));
  await soon(() => succeededOnce(history));
  expect(failures(lines).length).toBeLessThan(10);
});

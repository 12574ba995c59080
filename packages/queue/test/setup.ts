import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RedisServer } from '@keelson/redis/server';
import { sharedRedis } from '@keelson/redis/testing';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, vi } from 'vitest';
import type { FunctionsOptions, Handled, Producer } from '../src/index.ts';
import { createProducer, startFunctions } from '../src/index.ts';
import { memoryLog } from './sample.ts';

export { memoryLog, sampleFunction } from './sample.ts';

/** The process's Redis, emptied between tests. Whatever a test starts is stopped after it. */
export function useQueue() {
  let server: RedisServer;
  let raw: Redis;
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    server = await sharedRedis();
    raw = new Redis(server.url);
    raw.on('error', () => undefined);
    await raw.flushall();
  });
  afterEach(async () => {
    await Promise.all(closers.splice(0).map((close) => close()));
    await raw.flushall();
  });
  afterAll(() => raw.disconnect());
  const closing = <T>(thing: T, close: (thing: T) => Promise<unknown>): T => {
    closers.push(() => close(thing));
    return thing;
  };
  return {
    get url() {
      return server.url;
    },
    get raw() {
      return raw;
    },
    closing,
    /** Starts a Node process with this TypeScript program and the URL as its argument. Resolves at its first output. */
    spawn: async (program: URL): Promise<{ readonly said: string; kill(): Promise<void> }> => {
      const child = spawn(process.execPath, [fileURLToPath(program), server.url], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      const kill = async (): Promise<void> => {
        child.kill('SIGKILL');
        await ended;
      };
      closers.push(kill);
      const [said] = await once(child.stdout, 'data');
      return { said: String(said), kill };
    },
    producer: (): Producer => closing(createProducer({ redis: server.url }), (producer) => producer.close()),
    start: async (functions: readonly Handled[], options: Partial<FunctionsOptions> = {}) =>
      closing(
        await startFunctions(functions, { redis: server.url, log: memoryLog(), graceMs: 0, ...options }),
        (runtime) => runtime.stop(),
      ),
  };
}

/** Waits for a condition, generously, since machines can be slow. */
export function until(condition: () => unknown, timeout = 60_000): Promise<void> {
  return vi.waitUntil(condition, { timeout, interval: 10 }).then(() => undefined);
}

/** A handler that records its inputs and ends a run at each call of `release`. */
export function gate() {
  const seen: number[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;
  let most = 0;
  return {
    seen,
    get most() {
      return most;
    },
    release: () => waiting.shift()?.(),
    handler: async ({ n }: { readonly n: number }) => {
      seen.push(n);
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
      running -= 1;
    },
  };
}

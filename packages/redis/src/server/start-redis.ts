import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess, freePort } from '@keelson/process';
import { Redis } from 'ioredis';
import { spawnRedis } from './spawn-redis.ts';

export interface RedisOptions {
  /** Keep every write in an append-only file, so that `restart` and `kill9` lose nothing. @default false */
  readonly appendOnly?: boolean;
  /** The server's program. @default 'redis-server', looked up on PATH */
  readonly binary?: string;
  /** More arguments for the server: `['--requirepass', 'x']`. */
  readonly args?: readonly string[];
}

/** A Redis server on loopback that only its caller uses. It ends with the process that started it. */
export interface RedisServer extends AsyncDisposable {
  /** `redis://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** SIGTERM, wait, remove the folder. Safe to call twice. */
  stop(): Promise<void>;
  /** Resolves when the server's process ends, or has, with how: `signal SIGKILL`, `code 1`. */
  untilEnded(): Promise<string>;
  /** SIGKILL and wait. `restart` brings it back on the same port. */
  kill9(): Promise<void>;
  /** Ends it if it runs and starts it again on the same port; without `appendOnly` it comes back empty. */
  restart(): Promise<void>;
  /** FLUSHALL. */
  flush(): Promise<void>;
}

/** Starts `redis-server` on a free port, in a temporary folder, with `maxmemory-policy noeviction`. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const binary = options.binary ?? 'redis-server';
  const folder = await mkdtemp(join(tmpdir(), 'keelson-redis-'));
  const start = (port: number) =>
    spawnRedis(binary, [...argumentsFor(port, folder, options), ...(options.args ?? [])], folder);
  let { port, child } = await onFreePort(start);
  let stopped = false;

  const stop = async (): Promise<void> => {
    stopped = true;
    await endProcess(child, 'SIGTERM');
    await rm(folder, { recursive: true, force: true });
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    stop,
    [Symbol.asyncDispose]: stop,
    untilEnded: () => endOf(child),
    kill9: () => endProcess(child, 'SIGKILL'),
    restart: async () => {
      if (stopped) throw new Error('This Redis was stopped for good.');
      await endProcess(child, 'SIGTERM');
      child = await start(port);
    },
    flush: async () => {
      const client = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null });
      await client.connect();
      await client.flushall();
      client.disconnect();
    },
  };
}

async function endOf(child: ChildProcess): Promise<string> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.signalCode === null ? `code ${child.exitCode}` : `signal ${child.signalCode}`;
}

function argumentsFor(port: number, folder: string, { appendOnly = false }: RedisOptions): string[] {
  const settings = {
    port: `${port}`,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: appendOnly ? 'yes' : 'no',
    'maxmemory-policy': 'noeviction',
    daemonize: 'no',
    loglevel: 'notice',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/** A port can be taken between being found free and being used: then another one. */
async function onFreePort<T>(start: (port: number) => Promise<T>): Promise<{ port: number; child: T }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return { port, child: await start(port) };
    } catch (error) {
      if (attempt === 5 || !String(error).includes('Address already in use')) throw error;
    }
  }
}

import { readFile } from 'node:fs/promises';
import { connectQuick } from '@keelson/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAttacker } from '../src/attacks/attacker.ts';
import { feeds } from '../src/bounds/feeds.ts';
import type { Process } from '../src/processes.ts';
import { createProcesses } from '../src/processes.ts';
import type { TestEnv } from '../src/test-env.ts';
import { startTestEnv } from '../src/test-env.ts';
import type { TestNamespace } from '../src/test-namespace.ts';
import { openTestNamespace } from '../src/test-namespace.ts';
import { waitUntil } from '../src/wait-until.ts';

const mebibyte = 1024 * 1024;
/**
 * The memory that infrastructure/keelson gives each: past it they would be killed. Without bounds it was 700 MB more than at rest, and 26 s for one
 * feed. How much of it is garbage, V8 decides.
 */
const most = { residentBytes: 512 * mebibyte, redisBytesEach: 4 * mebibyte, cpuSeconds: 60 };
const root = new URL('../../../', import.meta.url);

let env: TestEnv;
let ns: TestNamespace;
let api: string;
let processes: readonly Process[];
let before: readonly Usage[];
let peaks: readonly Usage[];
let redisBefore: number;

interface Usage {
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

const usageOf = async (process: Process): Promise<Usage> => ({
  residentBytes: await process.metric('process_resident_memory_bytes'),
  cpuSeconds: await process.metric('process_cpu_seconds_total'),
});

/** Memory may be given back before the last feed has ended. */
async function look(): Promise<void> {
  // A connection on which a body was refused is closed under the next request.
  const now = await waitUntil('both report what they use', () => Promise.all(processes.map(usageOf)));
  peaks = now.map(({ residentBytes, cpuSeconds }, index) => ({
    residentBytes: Math.max(residentBytes, peaks[index]?.residentBytes ?? 0),
    cpuSeconds,
  }));
}

async function areHealthy(): Promise<boolean> {
  const answers = await Promise.all(processes.map(({ url }) => fetch(`${url}/healthz`)));
  return answers.every(({ ok }) => ok);
}

async function redisBytes(): Promise<number> {
  const redis = connectQuick(env.redis.url);
  const found = /^used_memory:(?<bytes>\d+)/m.exec(await redis.info('memory'))?.groups?.bytes;
  redis.disconnect();
  return Number(found);
}

beforeAll(async () => {
  env = await startTestEnv('simulated');
  ns = await openTestNamespace(env);
  // One namespace for each feed: what it is charged with, no other waits for.
  const { KEELSON_NAMESPACES: _, ...settings } = ns.settings;
  const start = createProcesses({ ...ns, settings });
  const [worker, served] = await Promise.all([start.worker(), start.api()]);
  processes = [worker, served];
  api = served.url;
  before = await Promise.all(processes.map(usageOf));
  peaks = before;
  redisBefore = await redisBytes();
});
afterAll(async () => {
  await ns.close();
  await env.stop();
});

/** Bounds of one feed are fed once. */
const groups = [...Map.groupBy(Object.entries(feeds), ([, feed]) => feed)].map(
  ([feed, entries]) => [entries.map(([bound]) => bound).join(', '), feed] as const,
);
const fed = groups.flatMap(([names, feed]) => (typeof feed === 'function' ? [[names, feed] as const] : []));
const held = Object.entries(feeds).flatMap(([bound, feed]) =>
  typeof feed === 'function' ? [] : [[bound, feed.heldBy] as const],
);

it.each(held)('the bound %s is held by the test %s', async (bound, path) => {
  const text = await readFile(new URL(path, root), 'utf8');
  expect(text.includes(`bounds.${bound}`)).toBe(true);
});

describe.concurrent('ten times of a bound', () => {
  it.for(fed)('a worker and an API take ten times of %s', async ([names, feed]) => {
    const suffix = names.toLowerCase().split(',')[0] ?? '';
    const attacker = await openAttacker(ns, { api, victimImage: ns.image('latest'), size: 'small', suffix });
    await feed(attacker, 'app');
    await look();
    expect(await waitUntil('both answer', areHealthy)).toBe(true);
    // What is refused is tried again each second, beside the other feeds.
    await attacker.removeAll();
  });
});

it('ten times of every bound takes neither memory nor Redis nor the event loop (law 17)', async () => {
  await look();
  const used = peaks.map(({ residentBytes, cpuSeconds }, index) => ({
    residentBytes,
    cpuSeconds: cpuSeconds - (before[index]?.cpuSeconds ?? 0),
  }));

  for (const { residentBytes, cpuSeconds } of used) {
    expect(residentBytes).toBeLessThan(most.residentBytes);
    expect(cpuSeconds).toBeLessThan(most.cpuSeconds);
  }
  expect((await redisBytes()) - redisBefore).toBeLessThan(most.redisBytesEach * fed.length);
});

import { readFile, writeFile } from 'node:fs/promises';
import { connectQuick } from '@keelson/redis';
import type { Process } from '../src/processes.ts';
import { waitUntil } from '../src/wait-until.ts';

/** The most that was seen between two moments. */
export interface Peaks {
  readonly residentMiB: number;
  /** The event loop's longest delay. */
  readonly loopMs: number;
}

const kib = 1024;

/** The most memory that a process had since `forgetPeak`, as the kernel counts it (Linux, proc(5)). */
async function peakMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(?<kb>\d+) kB$/m.exec(status)?.groups?.kb) / kib;
}

const forgetPeak = (pid: number) => writeFile(`/proc/${pid}/clear_refs`, '5');

/** The longest delay since the last time that it was read: the metrics begin anew each time. */
const loopMsOf = async (process: Process) => 1_000 * (await process.metric('nodejs_eventloop_lag_max_seconds'));

/** Measures a process until `end`. Its own event loop says how long it was blocked, so that this process may be slow. */
export async function measureProcess(process: Process) {
  await forgetPeak(process.pid);
  await loopMsOf(process);
  let loopMs = 0;
  let reading: Promise<void> | undefined;
  // One that is blocked for long closes connections as it wakes up; what it measured it says the next time.
  const read = async () => {
    const now = await loopMsOf(process).catch(() => 0);
    loopMs = Math.max(loopMs, now);
  };
  const timer = setInterval(() => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
  }, 1_000);
  return async (): Promise<Peaks> => {
    clearInterval(timer);
    await reading;
    await waitUntil('the process reports its metrics', async () => {
      loopMs = Math.max(loopMs, await loopMsOf(process));
      return true;
    });
    return { residentMiB: await peakMiB(process.pid), loopMs };
  };
}

/** Measures Redis until `end`, which returns by how many MiB it grew at most. */
export async function measureRedis(url: string) {
  const redis = connectQuick(url);
  const used = async () => Number(/^used_memory:(?<bytes>\d+)/m.exec(await redis.info('memory'))?.groups?.bytes);
  const before = await used();
  let most = before;
  const read = async () => {
    // A busy machine may answer late: then the next time.
    const now = await used().catch(() => before);
    most = Math.max(most, now);
  };
  const timer = setInterval(() => void read(), 500);
  return async (): Promise<number> => {
    clearInterval(timer);
    await read();
    redis.disconnect();
    return (most - before) / kib / kib;
  };
}

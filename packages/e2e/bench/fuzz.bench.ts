import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { escapeText, isKeelsonError } from '@keelson/core';
import { targets } from '../src/fuzz/all.ts';
import { createRandom } from '../src/fuzz/random.ts';
import type { OpenTarget, Target } from '../src/fuzz/target.ts';

/** Mutated inputs for everything that reads what comes from outside. Nothing may crash, answer with an internal error, or take long (law 17). */
const help = `usage: node bench/fuzz.bench.ts [--count=5000] [--seed=1] [--only=TEXT] [--full]
  --count  inputs in all; with --full 1000000
  --seed   the seed of the first input of each parser; the next one has the next seed
  --only   parsers whose name contains this text, or one of several with commas between them
  --list   only the names of the parsers
To repeat a failure: --only=PARSER --seed=SEED --count=1`;
const { values } = parseArgs({
  options: {
    count: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    full: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
  strict: false,
});
const only = String(values.only).split(',');
const firstSeed = Number(values.seed);
const total = Number(values.count ?? (values.full === true ? 1_000_000 : 5_000));

/** CPU time of the slowest input. */
const limitMs = 250;
/** Failures of one parser that are printed. */
const mostShown = 5;

interface Tally {
  slowestMs: number;
  slowestSeed: number;
  failures: number;
}

/** Runs what does not wait without a promise, which would cost more than most parsers. Returns its CPU time, or less where it was faster than that. */
async function timeOf(work: () => unknown): Promise<{ readonly ms: number; readonly error?: unknown }> {
  const from = performance.now();
  const cpu = process.cpuUsage();
  let error: unknown;
  try {
    const result = work();
    if (result instanceof Promise) await result;
  } catch (caught) {
    if (!isKeelsonError(caught)) error = caught ?? new Error('undefined was thrown');
  }
  const ms = performance.now() - from;
  const used = process.cpuUsage(cpu);
  return { ms: Math.min(ms, (used.user + used.system) / 1_000), error };
}

async function fuzz(name: string, { input }: OpenTarget, inputs: number): Promise<Tally> {
  const tally: Tally = { slowestMs: 0, slowestSeed: firstSeed, failures: 0 };
  for (let seed = firstSeed; seed < firstSeed + inputs; seed += 1) {
    const { ms, error } = await timeOf(input(createRandom(seed)));
    if (ms > tally.slowestMs) Object.assign(tally, { slowestMs: ms, slowestSeed: seed });
    if (error === undefined && ms < limitMs) continue;
    tally.failures += 1;
    if (tally.failures > mostShown) continue;
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const what = error === undefined ? `took ${Math.round(ms)} ms` : escapeText(why).slice(0, 2_000);
    console.error(`--only='${name}' --seed=${seed} --count=1: ${what}`);
  }
  return tally;
}

async function run(target: Target, inputs: number): Promise<number> {
  const open = await target.open();
  try {
    const { slowestMs, slowestSeed, failures } = await fuzz(target.name, open, inputs);
    const slowest = `slowest ${slowestMs.toFixed(1)} ms (seed ${slowestSeed})`;
    console.log(`${target.name.padEnd(22)} ${String(inputs).padStart(7)} inputs, ${slowest}, ${failures} failures`);
    return failures;
  } finally {
    await open.close?.();
  }
}

async function main(): Promise<void> {
  if (values.help === true) return console.log(help);
  const chosen = targets.filter(({ name }) => only.some((text) => name.includes(text)));
  if (values.list === true) return console.log(chosen.map(({ name }) => name).join('\n'));
  const weights = chosen.reduce((sum, { weight }) => sum + weight, 0);
  let failures = 0;
  for (const target of chosen) failures += await run(target, Math.ceil((total * target.weight) / weights));
  if (failures > 0) process.exitCode = 1;
}

/** What nothing waits for may not fail either. */
process.on('unhandledRejection', (error) => {
  console.error('a rejection that nobody handled', error);
  process.exitCode = 1;
});

await main();

import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { attacks } from '../src/attacks/all.ts';
import type { Attack } from '../src/attacks/attack.ts';
import { mark, openAttacker } from '../src/attacks/attacker.ts';
import { runAttack } from '../src/attacks/run-attack.ts';
import type { Victim } from '../src/attacks/victim.ts';
import { openVictim, victimApp } from '../src/attacks/victim.ts';
import type { Process } from '../src/processes.ts';
import { createProcesses } from '../src/processes.ts';
import { startTestEnv } from '../src/test-env.ts';
import type { TestNamespace } from '../src/test-namespace.ts';
import { openTestNamespace } from '../src/test-namespace.ts';
import { waitUntil } from '../src/wait-until.ts';
import { measureProcess, measureRedis } from './measure.ts';
import { quantile } from './quantile.ts';

/**
 * What each attack of a neighbour costs, and what the victim notices of it. A worker and an API run as processes of their own, as in production,
 * beside a real Redis; cluster, registries and attacker are in this one.
 */
const help = `usage: node bench/attacks.bench.ts [--only=TEXT] [--seconds=15] [--full]
  --only     attacks whose name contains this text, or one of several with commas between them
  --seconds  how long each attack lasts; with --full 60
  --list     only the names of the attacks`;
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    seconds: { type: 'string' },
    full: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
  strict: false,
});
const only = String(values.only).split(',');
const attackMs = 1_000 * Number(values.seconds ?? (values.full === true ? 60 : 15));
const usualPushes = 8;
/** The same with and without an attack, so that they compare. */
const betweenPushesMs = 500;
/** A push that takes longer counts as not rolled out. */
const limitMs = 60_000;

/** What must hold under each attack. */
const goals = { residentMiB: 256, loopMs: 250, redisMiB: 32, logLines: 60, victimTimes: 2 };

interface Row {
  readonly attack: string;
  readonly workerIdleMiB: number;
  readonly workerMiB: number;
  readonly apiMiB: number;
  /** Without an attack, on this machine at this load. */
  readonly idleLoopMs: number;
  readonly workerLoopMs: number;
  readonly apiLoopMs: number;
  readonly redisMiB: number;
  readonly logLines: number;
  readonly pushes: number;
  readonly usualMs: number;
  readonly duringMs: number;
  readonly slowestMs: number;
}

/** Pushes, says so, and waits until it is rolled out. Returns from the push to the write; NaN where it took too long. */
async function pushAndTime(ns: TestNamespace, victim: Victim, api: string): Promise<number> {
  const digest = await victim.push();
  const from = Date.now();
  try {
    if (!(await victim.notify(api))) await ns.check(victimApp, 'webhook');
    const rollout = await waitUntil(
      'the push is rolled out',
      async () => {
        const [newest] = await ns.rollouts(victimApp);
        return newest?.state === 'succeeded' && newest.changes[0]?.to.digest === digest && newest;
      },
      { timeoutMs: limitMs },
    );
    const written = rollout.transitions.find(({ state }) => state === 'verifying');
    return (written?.at ?? Number.NaN) - from;
  } catch {
    return Number.NaN;
  }
}

/** Lines that the victim's own rollouts do not cause. */
function linesOf(processes: readonly Process[], ns: TestNamespace): number {
  const isVictims = (line: string) => line.includes(`${ns.name}/`) && !line.includes(mark);
  return processes.flatMap(({ written }) => written.split('\n')).filter((line) => line !== '' && !isVictims(line))
    .length;
}

async function measure(attack: Attack) {
  const env = await startTestEnv('simulated');
  const ns = await openTestNamespace(env);
  try {
    const victim = await openVictim(ns);
    const processes = createProcesses(ns);
    const [worker, api] = await Promise.all([
      processes.worker({ KEELSON_NAMESPACES: `${ns.name},${ns.name}-${mark}` }),
      processes.api(),
    ]);
    await ns.checked(victimApp);
    const both = [worker, api];

    // The first ones are slower: code is compiled.
    for (let push = 0; push < 3; push += 1) await pushAndTime(ns, victim, api.url);
    const idle = await measureProcess(worker);
    const usual: number[] = [];
    const linesBefore = linesOf(both, ns);
    for (let push = 0; push < usualPushes; push += 1) {
      usual.push(await pushAndTime(ns, victim, api.url));
      await sleep(betweenPushesMs);
    }
    const linesEach = (linesOf(both, ns) - linesBefore) / usualPushes;
    const before = await idle();

    const ends = await Promise.all([measureProcess(worker), measureProcess(api)]);
    const redis = await measureRedis(env.redis.url);
    const from = Date.now();
    const linesFrom = linesOf(both, ns);
    const attacker = await openAttacker(ns, { api: api.url, victimImage: victim.image, size: 'full' });
    const beginning = runAttack(attack, attacker);
    beginning.catch(() => undefined);
    // It counts from its first object on: some are never all there.
    const during: number[] = [];
    while (Date.now() - from < attackMs || during.length < 3) {
      during.push(await pushAndTime(ns, victim, api.url));
      await sleep(betweenPushesMs);
    }
    const minutes = (Date.now() - from) / 60_000;
    const lines = linesOf(both, ns) - linesFrom - linesEach * during.length;
    const redisMiB = await redis();
    const [workerPeaks, apiPeaks] = await Promise.all(ends.map((end) => end()));
    // One that never came about by then has nothing to stop.
    const begun = await Promise.race([beginning, sleep(1_000)]).catch(() => undefined);
    await begun?.stop();
    const row = {
      attack: attack.name,
      workerIdleMiB: before.residentMiB,
      workerMiB: workerPeaks?.residentMiB ?? Number.NaN,
      apiMiB: apiPeaks?.residentMiB ?? Number.NaN,
      idleLoopMs: before.loopMs,
      workerLoopMs: workerPeaks?.loopMs ?? Number.NaN,
      apiLoopMs: apiPeaks?.loopMs ?? Number.NaN,
      redisMiB,
      logLines: Math.max(0, lines / minutes),
      pushes: during.length,
      usualMs: quantile(usual, 0.5),
      duringMs: quantile(during.map(orLimit), 0.5),
      slowestMs: Math.max(...during.map(orLimit)),
    };
    return { ...rounded(row), missed: missedBy(row) };
  } finally {
    await ns.close();
    await env.stop();
  }
}

const orLimit = (ms: number) => (Number.isNaN(ms) ? limitMs : ms);

/** For people, who do not read fractions of a millisecond. */
const rounded = (row: Row) =>
  Object.fromEntries(
    Object.entries(row).map(([key, value]: [string, string | number]) => [
      key,
      typeof value === 'number' ? Math.round(value) : value,
    ]),
  );

function missedBy(row: Row): string {
  const missed = {
    memory: Math.max(row.workerMiB, row.apiMiB) >= goals.residentMiB,
    loop: Math.max(row.workerLoopMs, row.apiLoopMs) >= goals.loopMs,
    redis: row.redisMiB >= goals.redisMiB,
    log: row.logLines > goals.logLines,
    victim: row.duringMs > goals.victimTimes * row.usualMs,
  };
  return Object.entries(missed)
    .filter(([, is]) => is)
    .map(([goal]) => goal)
    .join(', ');
}

const load = () => (loadavg()[0] ?? Number.NaN).toFixed(1);

async function main(): Promise<void> {
  if (values.help === true) return console.log(help);
  const chosen = attacks.filter(({ name }) => only.some((text) => name.includes(text)));
  if (values.list === true) return console.log(chosen.map(({ name }) => name).join('\n'));
  console.log(
    `one worker and one API process, simulated cluster, ${attackMs / 1_000} s of each attack; the victim's image is pushed and its registry notifies; load ${load()}`,
  );
  const rows: Readonly<Record<string, string | number>>[] = [];
  for (const attack of chosen) {
    try {
      rows.push(await measure(attack));
      console.table(rows.slice(-1));
    } catch (error) {
      console.error(`${attack.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  console.table(rows);
  console.log(`goals: ${JSON.stringify(goals)}; load ${load()} at the end`);
  const folder = new URL('../bench-results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL('attacks.json', folder), `${JSON.stringify({ goals, rows }, null, 2)}\n`);
}

await main();

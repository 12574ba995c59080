import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Rollout } from '@keelson/history';
import { pushNew } from '../src/namespace/pushes.ts';
import { registryHost, startTestEnv } from '../src/test-env.ts';
import type { TestNamespace } from '../src/test-namespace.ts';
import { openTestNamespace } from '../src/test-namespace.ts';
import type { Owned, OwnerKind } from './owned-by-flux.ts';
import { ownedByFlux } from './owned-by-flux.ts';
import { quantile } from './quantile.ts';
import type { Moments, Template } from './watch-rollbacks.ts';
import { watchRollbacks } from './watch-rollbacks.ts';
import { startWorkerProcess } from './worker-process.ts';

/**
 * Rollbacks and releases beside Flux at an interval of one second, where no admission policy pins pods: `node bench/beside-flux.bench.ts
 * [--rounds=3] [--full]`; with `--full` 200 of each and more. A release is the good push after a rollback, which takes Keelson's entry out again. One is
 * reverted when, after its rollout has succeeded, the workload's template came to name another digest before the next push.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string' }, full: { type: 'boolean', default: false } },
  strict: false,
});
const rounds = Number(values.rounds ?? (values.full === true ? 17 : 3));

/** How many owners there are of each kind, and how many workloads each has. */
const shape = [
  { kind: 'spec.images', owners: 5, each: 1 },
  { kind: 'spec.patches', owners: 4, each: 1 },
  { kind: 'spec.images, shared', owners: 1, each: 3 },
  { kind: 'spec.postRenderers', owners: 8, each: 1 },
  { kind: 'spec.patches, beside its HelmRelease', owners: 4, each: 1 },
] as const satisfies readonly { kind: OwnerKind; owners: number; each: number }[];

const crash = { 'sh.keelson.outcome': 'crash' };

interface Written {
  readonly kind: OwnerKind;
  readonly what: 'rollback' | 'release';
  readonly path: string | undefined;
  /** From the patch, which a watch of our own saw, to the proof. */
  readonly toProofMs: number;
  /** Other images that the template named between the patch and the proof. */
  readonly otherBefore: readonly string[];
  /** And between the proof and the next push: what must never be. */
  readonly otherAfter: readonly string[];
  /** Codes of its transitions. */
  readonly codes: readonly string[];
  readonly hold: string | undefined;
}

const env = await startTestEnv('simulated');
const ns = await openTestNamespace(env);
const imageOf = (name: string) => `${registryHost}/${ns.name}/${name}:latest`;
const owned: Owned[] = [];
let worker: ReturnType<typeof startWorkerProcess> | undefined;
let moments: Moments | undefined;
const done: Written[] = [];
try {
  for (const [index, { kind, owners, each }] of shape.entries()) {
    for (let owner = 0; owner < owners; owner += 1) {
      const names = Array.from({ length: each }, (_, number) => `app-${index}-${owner}-${number}`);
      for (const name of names) await ns.pushTo(env.registry, name, 'latest');
      owned.push(await ownedByFlux(ns, kind, names, imageOf));
    }
  }
  const names = owned.flatMap((owner) => owner.names);
  await Promise.all(names.map((name) => appears(ns, name)));
  worker = startWorkerProcess({ ...ns.settings, REDIS_URL: env.redis.url, KUBECONFIG: env.kubeconfigPath });
  await ns.checked(...names);
  const seen = await watchRollbacks(env.kube, ns.name);
  moments = seen;
  console.log(
    `${names.length} workloads, ${rounds} rounds of a bad push and a good one; Flux at an interval of 1 s with passes that are not atomic; one worker process; soak 0; load ${load()}`,
  );
  await Promise.all(
    owned.flatMap(({ kind, names: apps }) => apps.map((name) => roundsOf({ name, kind, moments: seen }).then(keep))),
  );
} finally {
  await moments?.stop();
  await worker?.stop();
  for (const each of owned) await each.stop();
  await ns.close();
  await env.stop();
}

const rows = [...Map.groupBy(done, ({ kind, what }) => `${what}s by ${kind}`)].map(([title, all]) => ({
  what: title,
  count: all.length,
  reverted: all.filter(({ otherAfter }) => otherAfter.length > 0).length,
  held: all.filter(({ hold }) => hold !== undefined).length,
  paths: [...new Set(all.map(({ path }) => path ?? 'none'))].join(', '),
  otherBeforeProof: all.filter(({ otherBefore }) => otherBefore.length > 0).length,
  toProofP50Ms: quantile(
    all.map(({ toProofMs }) => toProofMs),
    0.5,
  ),
  toProofP99Ms: quantile(
    all.map(({ toProofMs }) => toProofMs),
    0.99,
  ),
}));
console.log(`load ${load()} at the end`);
console.table(rows);
const odd = done.filter(({ otherAfter, hold }) => otherAfter.length > 0 || hold !== undefined);
for (const each of odd) console.log(JSON.stringify(each));
const folder = new URL('../bench-results/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('beside-flux.json', folder), `${JSON.stringify({ rows, odd }, null, 2)}\n`);

function keep(written: readonly Written[]): void {
  done.push(...written);
}

interface App {
  readonly name: string;
  readonly kind: OwnerKind;
  readonly moments: Moments;
}

/** A good push first: were more workloads to fail than to succeed, Keelson would stop everything. */
async function roundsOf(app: App): Promise<readonly Written[]> {
  const { name } = app;
  const results: Written[] = [];
  let good = await ns.pushTo(env.registry, name, 'latest');
  await ns.check(name, 'webhook');
  await ns.reached(name, 'succeeded', good);
  for (let round = 0; round < rounds; round += 1) {
    await sleep(1_500 * Math.random());
    const bad = await push(name, crash);
    const backFrom = Date.now();
    await ns.reached(name, 'failed', bad);
    const back = await ended(name, good, 'rollback');
    results.push(await observed(app, 'rollback', { rollout: back, digest: good, from: backFrom }));
    if (results.at(-1)?.hold !== undefined) break;
    const from = Date.now();
    good = await push(name, {});
    const next = await ended(name, good, 'update');
    results.push(await observed(app, 'release', { rollout: next, digest: good, from }));
    if (results.at(-1)?.hold !== undefined) break;
  }
  return results;
}

async function push(name: string, labels: Readonly<Record<string, string>>): Promise<string> {
  const digest = await pushNew(env.registry, `${ns.name}/${name}`, 'latest', labels);
  await ns.check(name, 'webhook');
  return digest;
}

/** It has ended, however that was. */
function ended(name: string, digest: string, kind: Rollout['kind']): Promise<Rollout> {
  return ns.inHistory(`${kind} of ${name} to ${digest} ends`, async () => {
    const newest = (await ns.rollouts(name)).find(
      (each) => each.kind === kind && each.changes.some(({ to }) => to.digest === digest),
    );
    return (newest?.state === 'succeeded' || newest?.state === 'failed') && newest;
  });
}

interface Ended {
  readonly rollout: Rollout;
  readonly digest: string;
  readonly from: number;
}

/** What becomes of it during some passes. */
async function observed(
  { name, kind, moments }: App,
  what: Written['what'],
  { rollout, digest, from }: Ended,
): Promise<Written> {
  await sleep(3_000 + 3_000 * Math.random());
  const proven = rollout.transitions.at(-1)?.at ?? Number.NaN;
  const seen = moments.templates.get(name) ?? [];
  // A release may leave git's image as it is, whose tag means this digest by now.
  const isIt = ({ digest: named, image }: Template) =>
    named === digest || (what === 'release' && !image.includes('@') && named === undefined);
  const written = seen.find((each) => each.at >= from && isIt(each))?.at ?? Number.NaN;
  const other = (first: number, last: number) =>
    seen.filter((each) => each.at > first && each.at <= last && !isIt(each)).map(({ image }) => image);
  const running = await ns.serving(name);
  const otherRuns = running.filter((each) => each !== digest).map((each) => `a pod runs ${each}`);
  const { hold } = (await ns.history.workload(ns.id(name))) ?? {};
  const notProven = rollout.state === 'succeeded' ? undefined : `the ${what} ${rollout.state}`;
  return {
    kind,
    what,
    path: rollout.written?.path,
    toProofMs: proven - written,
    otherBefore: other(written, proven),
    otherAfter: [...other(proven, Date.now()), ...otherRuns],
    codes: rollout.transitions.map(({ code }) => code),
    hold: hold?.code ?? notProven,
  };
}

/** Flux has applied it, and its pods run. */
async function appears(space: TestNamespace, name: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      await space.complete(name);
      return;
    } catch {
      await sleep(200);
    }
  }
  throw new Error(`${name} was not applied.`);
}

function load(): string {
  return (loadavg()[0] ?? Number.NaN).toFixed(1);
}

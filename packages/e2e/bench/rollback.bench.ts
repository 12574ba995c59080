import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { realClusterMissing } from '@keelson/testkit';
import type { ClusterName } from '../src/test-env.ts';
import { startTestEnv } from '../src/test-env.ts';
import type { TestNamespace } from '../src/test-namespace.ts';
import { openTestNamespace } from '../src/test-namespace.ts';
import { waitUntil } from '../src/wait-until.ts';
import { countRequests } from './count-requests.ts';
import { quantile } from './quantile.ts';
import type { Moments } from './watch-rollbacks.ts';
import { watchRollbacks } from './watch-rollbacks.ts';
import { startWorkerProcess } from './worker-process.ts';

/**
 * How fast a bad push is rolled back, and a good one verified: the worker as a process of its own, 30 Deployments that nobody reconciles, soak 0.
 * Every push is followed by a hint, as a webhook gives it. Times are of one run, seen by watches of our own; the machine's load is in them.
 */
const named = process.argv.find((argument) => argument.startsWith('--kind='))?.slice('--kind='.length);
const kinds = (['simulated', 'real'] as const).filter(
  (kind) => (named ?? kind) === kind && (kind === 'simulated' || realClusterMissing() === undefined),
);
const workloads = 30;
const pushCount = 24;
const appAnnotations = { 'keel.sh/policy': 'force', 'keel.sh/trigger': 'default', 'keel.sh/match-tag': 'true' };
const crash = { 'sh.keelson.outcome': 'crash' };

interface Row {
  readonly cluster: ClusterName;
  readonly pushes: string;
  readonly what: string;
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Bad {
  /** From the pod's status in the API to the Deployment's template that names the good digest again. */
  readonly signalToBack: number;
  /** Parts of it: until the verdict and its rollback stood in Redis, and from there to the patch. */
  readonly signalToVerdict: number;
  readonly verdictToBack: number;
}

async function good(ns: TestNamespace, name: string): Promise<number> {
  const tag = tagOf(name);
  const from = Date.now();
  const digest = await ns.push(tag);
  const pushed = Date.now();
  await ns.check(name, 'webhook');
  const rollout = await ns.rolledOut(name, digest);
  const ended = rollout.transitions.at(-1)?.at ?? Number.NaN;
  if (ended < from) throw new Error(`${name} was verified before it was pushed.`);
  return ended - pushed;
}

async function bad(ns: TestNamespace, name: string, moments: Moments): Promise<Bad> {
  const lastGood = (await ns.history.workload(ns.id(name)))?.digests['app']?.rolledOut;
  const digest = await ns.push(tagOf(name), crash);
  await ns.check(name, 'webhook');
  const failed = await waitUntil(`${name} is rolled back`, async () => {
    const [back, update] = await ns.rollouts(name);
    return back?.kind === 'rollback' && back.state === 'succeeded' && back.rollbackOf === update?.id && update;
  });
  const signal = moments.signals.get(`${name} ${digest}`) ?? Number.NaN;
  const verdict = failed.transitions.at(-1)?.at ?? Number.NaN;
  const back = await waitUntil(`${name} was seen to go back`, () =>
    moments.written.get(`${name} ${lastGood}`)?.findLast((at) => at >= verdict - 50),
  );
  return { signalToBack: back - signal, signalToVerdict: verdict - signal, verdictToBack: back - verdict };
}

const tagOf = (name: string) => name;

async function measure(cluster: ClusterName): Promise<readonly Row[]> {
  const stage = await startTestEnv(cluster);
  const ns = await openTestNamespace(stage);
  let worker: ReturnType<typeof startWorkerProcess> | undefined;
  const names = Array.from({ length: workloads }, (_, index) => `app-${index}`);
  const some = names.slice(0, pushCount);
  const row = (pushes: string, what: string, sample: readonly number[]): Row => ({
    cluster,
    pushes,
    what,
    count: sample.filter((ms) => !Number.isNaN(ms)).length,
    p50Ms: quantile(sample, 0.5),
    p99Ms: quantile(sample, 0.99),
  });
  const badRows = (pushes: string, sample: readonly Bad[]): readonly Row[] => [
    row(
      pushes,
      'signal in the API to rollback patched',
      sample.map(({ signalToBack }) => signalToBack),
    ),
    row(
      pushes,
      '  signal to verdict',
      sample.map(({ signalToVerdict }) => signalToVerdict),
    ),
    row(
      pushes,
      '  verdict to rollback patched',
      sample.map(({ verdictToBack }) => verdictToBack),
    ),
  ];
  try {
    for (const name of names) {
      await ns.push(tagOf(name));
      await ns.deploy({ name, image: ns.image(tagOf(name)), annotations: appAnnotations });
    }
    await Promise.all(names.map((name) => ns.available(name)));
    worker = startWorkerProcess({
      ...ns.settings,
      REDIS_URL: stage.redis.url,
      KUBECONFIG: stage.kubeconfigPath,
    });
    await ns.checked(...names);
    const moments = await watchRollbacks(stage.kube, ns.name);

    // Good ones first, of all: were more to fail than to succeed, Keelson would stop everything.
    const goodAtOnce = await Promise.all(names.map((name) => good(ns, name)));
    const goodInTurn = await inTurn(some, (name) => good(ns, name));
    const badInTurn = await inTurn(some, (name) => bad(ns, name, moments));
    await inTurn(names, (name) => good(ns, name));
    const badAtOnce = await Promise.all(some.map((name) => bad(ns, name, moments)));
    await moments.stop();
    return [
      ...badRows(`${pushCount} bad, one after another`, badInTurn),
      ...badRows(`${pushCount} bad at once`, badAtOnce),
      row(`${pushCount} good, one after another`, 'push to verified', goodInTurn),
      row(`${workloads} good at once`, 'push to verified', goodAtOnce),
    ];
  } finally {
    await worker?.stop();
    await ns.close();
    await stage.stop();
  }
}

async function inTurn<T>(names: readonly string[], work: (name: string) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (const name of names) results.push(await work(name));
  return results;
}

const load = () => loadavg()[0]?.toFixed(1);
console.log(
  `${workloads} Deployments that nobody reconciles; one worker process; soak 0; a hint after each push; load ${load()}`,
);
const rows: Row[] = [];
for (const kind of kinds) {
  rows.push(...(await measure(kind)));
  console.log(`${kind} cluster; load ${load()} at the end`);
  console.table(rows.filter(({ cluster }) => cluster === kind));
}
const requests = await countRequests();
console.log('requests to the API server for one rollout of one Deployment (simulated cluster)');
console.table(requests);
const folder = new URL('../bench-results/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('rollback.json', folder), `${JSON.stringify({ load: load(), rows, requests }, null, 2)}\n`);

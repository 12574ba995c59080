import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { inGit } from '../src/in-git.ts';
import { every, exampleAnnotations } from '../src/manifests.ts';
import type { PolicyPhase } from '../src/policy-phases.ts';
import type { TestEnv } from '../src/test-env.ts';
import { startTestEnv } from '../src/test-env.ts';
import type { TestNamespace } from '../src/test-namespace.ts';
import { openTestNamespace } from '../src/test-namespace.ts';
import { waitUntil } from '../src/wait-until.ts';
import type { WritePathCase } from '../src/write-path-cases.ts';
import { withoutPolicy, withPolicy } from '../src/write-path-cases.ts';
import { quantile } from './quantile.ts';
import type { Moments } from './watch-rollbacks.ts';
import { watchRollbacks } from './watch-rollbacks.ts';
import { startWorkerProcess } from './worker-process.ts';

/**
 * From the signal of a bad push to its rollback in the workload's template, by each write path: `node bench/write-paths.bench.ts [--rounds=5] [--full]
 * [--only=image-pin]`; with `--full` 50 of each. One Deployment, one bad push after another with a good one between; the worker as a process of its own.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    only: { type: 'string', default: '' },
    full: { type: 'boolean', default: false },
  },
  strict: false,
});
const rounds = Number(values.rounds ?? (values.full === true ? 50 : 5));

const cases: readonly { readonly policy: PolicyPhase; readonly path: WritePathCase }[] = [
  { policy: 'absent', path: withoutPolicy.nobody },
  { policy: 'absent', path: withoutPolicy.images },
  { policy: 'absent', path: withoutPolicy.patches },
  { policy: 'absent', path: withoutPolicy.release },
  { policy: 'absent', path: withoutPolicy.releaseInGit },
  { policy: 'absent', path: withoutPolicy.argo },
  { policy: 'installed', path: withPolicy.nobody },
  { policy: 'installed', path: withPolicy.kustomization },
  { policy: 'installed', path: withPolicy.helm },
];

const app = 'myapp';
const crash = { 'sh.keelson.outcome': 'crash' };

interface Measured {
  readonly path: string;
  readonly signalToBackMs: number;
  readonly signalToVerdictMs: number;
  /** From the signal until Keelson calls the rollback succeeded. */
  readonly signalToProofMs: number;
}

async function pushed(ns: TestNamespace, labels: Readonly<Record<string, string>> = {}): Promise<string> {
  const digest = await ns.push('latest', labels);
  await ns.check(app, 'webhook');
  return digest;
}

async function roundOf(ns: TestNamespace, moments: Moments): Promise<Measured> {
  const good = await pushed(ns);
  await ns.reached(app, 'succeeded', good);
  const bad = await pushed(ns, crash);
  const failed = await ns.reached(app, 'failed', bad);
  const back = await ns.reached(app, 'succeeded', good, 'rollback');
  const signal = moments.signals.get(`${app} ${bad}`) ?? Number.NaN;
  const verdict = failed.transitions.at(-1)?.at ?? Number.NaN;
  const written = await waitUntil('the rollback was seen', () =>
    moments.written.get(`${app} ${good}`)?.findLast((at) => at >= verdict - 50),
  );
  return {
    path: back.written?.path ?? 'none',
    signalToBackMs: written - signal,
    signalToVerdictMs: verdict - signal,
    signalToProofMs: (back.transitions.at(-1)?.at ?? Number.NaN) - signal,
  };
}

async function measure(env: TestEnv, { policy, path }: (typeof cases)[number]) {
  const leave = await env.policy.enter(policy);
  const ns = await openTestNamespace(env);
  let worker: ReturnType<typeof startWorkerProcess> | undefined;
  let moments: Moments | undefined;
  try {
    await ns.push('latest');
    const owner = await path.reconciler(ns);
    const annotations = { ...exampleAnnotations, ...every('1h'), ...path.annotations };
    await owner.commit([inGit({ namespace: ns.name, name: app, image: ns.image('latest'), annotations })]);
    await ns.complete(app);
    worker = startWorkerProcess({ ...ns.settings, REDIS_URL: env.redis.url, KUBECONFIG: env.kubeconfigPath });
    await ns.checked(app);
    moments = await watchRollbacks(env.kube, ns.name);
    const all: Measured[] = [];
    for (let round = 0; round < rounds; round += 1) all.push(await roundOf(ns, moments));
    const of = (name: Exclude<keyof Measured, 'path'>, share: number) =>
      quantile(
        all.map((each) => each[name]),
        share,
      );
    return {
      written: path.title,
      path: [...new Set(all.map((each) => each.path))].join(', '),
      count: all.filter(({ signalToBackMs }) => !Number.isNaN(signalToBackMs)).length,
      signalToBackP50Ms: of('signalToBackMs', 0.5),
      signalToBackP99Ms: of('signalToBackMs', 0.99),
      signalToVerdictP50Ms: of('signalToVerdictMs', 0.5),
      signalToProofP50Ms: of('signalToProofMs', 0.5),
      signalToProofP99Ms: of('signalToProofMs', 0.99),
    };
  } finally {
    await moments?.stop();
    await worker?.stop();
    await ns.close();
    leave();
  }
}

const load = () => (loadavg()[0] ?? Number.NaN).toFixed(1);
console.log(
  `signal of a bad push to rollback, ${rounds} of each path, one after another; simulated cluster; Flux reconciles at once when it is changed; soak 0; load ${load()}`,
);
const env = await startTestEnv('simulated');
const rows: Awaited<ReturnType<typeof measure>>[] = [];
try {
  for (const each of cases) {
    if (each.path.paths[1].includes(String(values.only))) rows.push(await measure(env, each));
  }
} finally {
  await env.stop();
}
console.log(`load ${load()} at the end`);
console.table(rows);
const folder = new URL('../bench-results/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('write-paths.json', folder), `${JSON.stringify({ load: load(), rows }, null, 2)}\n`);

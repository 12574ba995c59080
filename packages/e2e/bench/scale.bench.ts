import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRegistry } from '@keelson/simulator';
import { realClusterMissing } from '@keelson/testkit';
import { every } from '../src/manifests.ts';
import type { ClusterName } from '../src/test-env.ts';
import { startTestEnv } from '../src/test-env.ts';
import { openTestNamespace } from '../src/test-namespace.ts';
import { waitUntil } from '../src/wait-until.ts';
import { usageOf } from './process-usage.ts';
import { quantile } from './quantile.ts';
import { watchWrites } from './watch-writes.ts';
import { startWorkerProcess } from './worker-process.ts';

/**
 * The whole worker as a process of its own, beside a registry, Redis and an API server on the same machine: what it asks at rest, how fast
 * it starts, how fast a push is written, one by one and all at once. Times are of one run; the machine's load is in them.
 */
const full = process.argv.includes('--full');
const kind: ClusterName =
  realClusterMissing() === undefined && !process.argv.includes('--simulated') ? 'real' : 'simulated';
const named = process.argv
  .find((argument) => argument.startsWith('--sizes='))
  ?.slice('--sizes='.length)
  .split(',')
  .map(Number);
const sizes = named ?? (full ? [1, 30, 200, 1_000] : [1, 30]);
const pushCount = 24;
const registryHost = 'registry.bench.test';

interface Row {
  readonly workloads: number;
  readonly startToAllAskedMs: number;
  readonly restSeconds: number;
  readonly registryRequestsAnImageAndInterval: number;
  readonly busiestSecondAtRest: number;
  readonly apiRequestsAMinuteAtRest: number | undefined;
  readonly askedToWrittenP50Ms: number;
  readonly askedToWrittenP99Ms: number;
  readonly allAtOnceLastWrittenMs: number;
  readonly cpuPercentAtRest: number;
  readonly residentMiB: number;
}

/** Different ones, spread over all of them. */
function targetsOf(names: readonly string[]): string[] {
  const count = Math.min(pushCount, Math.max(8, names.length));
  return Array.from({ length: count }, (_, index) => names[Math.floor((index * names.length) / count)] ?? 'app-0');
}

async function measure(workloads: number): Promise<Row> {
  const intervalSeconds = workloads >= 1_000 ? 60 : 10;
  const registry = await startRegistry({ auth: { type: 'bearer' } });
  const stage = await startTestEnv(kind, { mirrors: { [registryHost]: registry.url }, headers: registry.pushHeaders });
  const ns = await openTestNamespace(stage);
  const names = Array.from({ length: workloads }, (_, index) => `app-${index}`);
  const annotations = every(`${intervalSeconds}s`);
  const heads = (name: string) => `/v2/${ns.name}/${name}/manifests/latest`;
  try {
    for (const name of names) {
      await ns.pushTo(registry, name, 'latest');
      await ns.deploy({ name, image: `${registryHost}/${ns.name}/${name}:latest`, annotations });
    }
    await waitUntil(
      'every workload is available',
      async () => (await Promise.all(names.map((name) => ns.isAvailable(name)))).every(Boolean),
      { timeoutMs: 600_000 },
    );

    const startedAt = Date.now();
    const before = registry.requests.length;
    const worker = startWorkerProcess({
      ...ns.settings,
      REDIS_URL: stage.redis.url,
      KUBECONFIG: stage.kubeconfigPath,
    });
    const asked = () =>
      new Map(
        registry.requests
          .slice(before)
          .filter(({ method, status }) => method === 'HEAD' && status === 200)
          .map(({ path, time }) => [path, time]),
      );
    await waitUntil('every image is asked once', () => asked().size === workloads, { timeoutMs: 120_000 });
    const startToAllAskedMs = Math.max(...asked().values()) - startedAt;
    await ns.checked(...names);

    // At rest.
    await sleep(3_000);
    const restSeconds = workloads >= 1_000 ? 120 : 30;
    const restFrom = registry.requests.length;
    const apiBefore = stage.apiRequests() ?? 0;
    const usageBefore = await usageOf(worker.pid);
    await sleep(restSeconds * 1_000);
    const usage = await usageOf(worker.pid);
    const api = stage.apiRequests();
    const atRest = registry.requests.slice(restFrom);
    const seconds = Map.groupBy(atRest, ({ time }) => Math.floor(time / 1_000));

    // Pushes half a second apart, found by the schedule; one after the other where there is one workload only.
    const watch = await watchWrites(stage.kube, ns.name);
    const pushes = targetsOf(names);
    const latencies: number[] = [];
    const written = async (name: string, generation: number, from: number) => {
      const { at } = await waitUntil(
        `${name} is written`,
        () => {
          const seen = watch.written.get(name);
          return seen !== undefined && seen.generation > generation && seen;
        },
        { timeoutMs: 180_000 },
      );
      // The response that reported it is the last one before the write.
      const reported = registry.requests
        .slice(from)
        .findLast(({ method, path, time }) => method === 'HEAD' && path === heads(name) && time <= at);
      if (reported) latencies.push(at - reported.time);
    };
    const waiting: Promise<void>[] = [];
    for (const name of pushes) {
      const { generation } = (await ns.read(name)).metadata;
      const from = registry.requests.length;
      await ns.pushTo(registry, name, 'latest');
      const done = written(name, generation, from);
      if (workloads < pushCount) await done;
      else waiting.push(done);
      await sleep(500);
    }
    await Promise.all(waiting);

    // All at once.
    const generations = new Map(
      await Promise.all(names.map(async (name) => [name, (await ns.read(name)).metadata.generation] as const)),
    );
    const burstFrom = registry.requests.length;
    for (const name of names) await ns.pushTo(registry, name, 'latest');
    const burstPushed = Date.now();
    await waitUntil(
      'every push is written',
      () => names.every((name) => (watch.written.get(name)?.generation ?? 0) > (generations.get(name) ?? 0)),
      { timeoutMs: 300_000 },
    );
    const lastAsked = Math.max(
      ...registry.requests
        .slice(burstFrom)
        .filter(({ method, path }) => method === 'HEAD' && path.endsWith('/manifests/latest'))
        .map(({ time }) => time)
        .filter((time) => time <= burstPushed + intervalSeconds * 1_000),
    );
    const lastWritten = Math.max(...[...watch.written.values()].map(({ at }) => at));
    await watch.stop();
    await worker.stop();
    return {
      workloads,
      startToAllAskedMs,
      restSeconds,
      registryRequestsAnImageAndInterval: atRest.length / workloads / (restSeconds / intervalSeconds),
      busiestSecondAtRest: Math.max(0, ...[...seconds.values()].map(({ length }) => length)),
      apiRequestsAMinuteAtRest: api === undefined ? undefined : (60 * (api - apiBefore)) / restSeconds,
      askedToWrittenP50Ms: quantile(latencies, 0.5),
      askedToWrittenP99Ms: quantile(latencies, 0.99),
      allAtOnceLastWrittenMs: lastWritten - lastAsked,
      cpuPercentAtRest: (100 * (usage.cpuSeconds - usageBefore.cpuSeconds)) / restSeconds,
      residentMiB: usage.residentMiB,
    };
  } finally {
    await ns.close();
    await stage.stop();
    await registry.stop();
  }
}

console.log(
  `cluster: ${kind}; registry with tokens; one worker process; up to ${pushCount} pushes half a second apart; poll interval 10 s (60 s from 1,000 workloads on)`,
);
const rows: Row[] = [];
for (const size of sizes) {
  rows.push(await measure(size));
  console.table(rows.slice(-1));
}
const folder = new URL('../bench-results/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('scale.json', folder), `${JSON.stringify({ kind, rows }, null, 2)}\n`);

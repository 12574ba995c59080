import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startRegistry } from '@keelson/simulator';
import { exampleAnnotations } from '../src/manifests.ts';
import { startTestEnv } from '../src/test-env.ts';
import { openTestNamespace } from '../src/test-namespace.ts';
import { waitUntil } from '../src/wait-until.ts';
import { fasterClock } from './faster-clock.ts';

/**
 * How many HEADs an hour the proofs of law 15 cost: `node bench/proofs.bench.ts [--workloads=1000] [--images=500] [--speed=60] [--hours=1]`.
 *
 * The worker, its queue, Redis and the registry are real. Only the clock by which proofs become due runs `speed` times faster; with `--speed=1` nothing
 * does, and an hour takes an hour. No workload is polled, so that no check spares a proof.
 */
const { values } = parseArgs({
  options: {
    workloads: { type: 'string', default: '1000' },
    images: { type: 'string', default: '500' },
    speed: { type: 'string', default: '60' },
    hours: { type: 'string', default: '1' },
    full: { type: 'boolean', default: false },
  },
  strict: false,
});
const [workloads, images, speed, hours] = [
  Number(values.workloads),
  Number(values.images),
  Number(values.speed),
  Number(values.hours),
] as const;
const registryHost = 'registry.bench.test';
const annotations = { ...exampleAnnotations, 'keel.sh/trigger': 'default' };
const minuteMs = 60_000;

const registry = await startRegistry({ auth: { type: 'bearer' } });
const env = await startTestEnv('simulated', { mirrors: { [registryHost]: registry.url } });
const ns = await openTestNamespace(env);
const clock = fasterClock(speed);
try {
  const names = Array.from({ length: workloads }, (_, index) => `app-${index}`);
  const imageOf = (index: number) => `image-${index % images}`;
  for (let index = 0; index < images; index += 1) await ns.pushTo(registry, imageOf(index), 'latest');
  for (const [index, name] of names.entries()) {
    await ns.deploy({ name, image: `${registryHost}/${ns.name}/${imageOf(index)}:latest`, annotations });
  }
  await waitUntil(
    'every workload is available',
    async () => (await Promise.all(names.map((name) => ns.isAvailable(name)))).every(Boolean),
    { timeoutMs: 600_000 },
  );

  await ns.startWorker({ wrap: clock.wrap });
  await waitUntil(
    'every workload is checked',
    async () => {
      const states = await ns.history.workloads();
      return states.length === workloads && states.every(({ check, digests }) => check && digests['app']?.lastGood);
    },
    { timeoutMs: 300_000, next: () => sleep(1_000) },
  );
  const from = clock.now();
  const before = registry.requests.length;
  const untilMs = from + hours * 60 * minuteMs;
  while (clock.now() < untilMs) await sleep(Math.min(5_000, (untilMs - clock.now()) / speed + 1));

  const asked = registry.requests.slice(before).filter(({ time }) => clock.at(time) < untilMs);
  const heads = asked.filter(({ method }) => method === 'HEAD');
  const proofs = heads.filter(({ path }) => path.includes('/manifests/sha256:'));
  const minutes = Map.groupBy(proofs, ({ time }) => Math.floor((clock.at(time) - from) / minuteMs));
  const row = {
    workloads,
    images,
    clock: speed === 1 ? 'real' : `${speed} times as fast`,
    hours,
    headsAnHour: heads.length / hours,
    ofThemProofs: proofs.length / hours,
    imagesProven: new Set(proofs.map(({ path }) => path)).size,
    refused: heads.filter(({ status }) => status !== 200).length,
    otherRequests: asked.length - heads.length,
    busiestMinute: Math.max(0, ...[...minutes.values()].map(({ length }) => length)),
    minutesWithout: hours * 60 - minutes.size,
  };
  const warned = (await ns.history.workloads()).filter(({ record }) =>
    record.warnings.some(({ code }) => code === 'way-back-at-risk'),
  );
  console.log(
    `HEADs that the proofs of last good images cost; nothing is polled; one worker; real queue, Redis and registry; ${warned.length} workloads with a warning`,
  );
  console.table([row]);
  const folder = new URL('../bench-results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL('proofs.json', folder), `${JSON.stringify(row, null, 2)}\n`);
} finally {
  await ns.close();
  await env.stop();
  await registry.stop();
}

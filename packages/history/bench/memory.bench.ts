import { startRedis } from '@keelson/redis/server';
import { Redis } from 'ioredis';
import { createHistory } from '../src/index.ts';
import { beginNew } from '../test/begin-new.ts';
import { digest, hex, record } from '../test/samples.ts';

/**
 * What rollouts cost in Redis, with every index: 20,000 over 500 workloads, as GitLab builds them. Every digest and commit is random, as real ones are.
 * Run by `npm run bench`.
 */
const workloads = 500;
const each = 40;
const apps = ['myapp', 'billing', 'shop-frontend', 'auth', 'search-indexer', 'mailer', 'gateway', 'reports'];

const log = Array.from(
  { length: 20 },
  (_, i) =>
    `2026-11-22T10:11:${10 + i}.${hex(`l${i}`, 3)}Z level=info msg="loading module ${hex(`m${i}`, 8)}" took=${i * 7}ms`,
)
  .concat(
    "Error: Cannot find module '/app/dist/server.js'",
    '    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)',
  )
  .join('\n');

interface Shape {
  readonly name: string;
  readonly failed: boolean;
  readonly labels: boolean;
}

const shapes: readonly Shape[] = [
  { name: 'succeeded', failed: false, labels: true },
  { name: 'succeeded, images without labels', failed: false, labels: false },
  { name: 'failed, with evidence and 22 log lines', failed: true, labels: true },
];

function appOf(n: number): { app: string; id: string; image: string } {
  const app = `${apps[n % apps.length]}-${n}`;
  return { app, id: `team-${n % 23}/deployment/${app}`, image: `registry.gitlab.com/cmunroe/ops/${app}` };
}

function version(seed: string, app: string, labels: boolean, built: number) {
  const all = { tag: 'latest', digest: digest(seed) };
  if (!labels) return all;
  return {
    ...all,
    commit: hex(`commit ${seed}`, 40),
    built: new Date(built * 1_000).toISOString().replace('.000Z', 'Z'),
    version: `1.${built % 97}.${built % 13}`,
    source: `https://gitlab.com/cmunroe/ops/${app}`,
  };
}

/** Each workload has its own, which none of its rollouts changes. */
function uidOf(app: string): string {
  return hex(`uid ${app}`, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

async function used(redis: Redis): Promise<{ memory: number; dataset: number }> {
  const info = await redis.info('memory');
  const read = (name: string): number => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return { memory: read('used_memory'), dataset: read('used_memory_dataset') };
}

async function measure({ name, failed, labels }: Shape): Promise<Record<string, unknown>> {
  await using server = await startRedis();
  const redis = new Redis(server.url);
  let now = Date.parse('2026-11-22T10:00:00Z');
  const history = createHistory({ redis: server.url, now: () => now });
  for (let n = 0; n < workloads; n++) await history.putWorkload(record(appOf(n).id));
  const before = await used(redis);
  const started = performance.now();

  for (let turn = 0; turn < each; turn++) {
    const oneEach = Array.from({ length: workloads }, async (_, n) => {
      const { app, id, image } = appOf(n);
      const [from, to] = [`${app} ${turn}`, `${app} ${turn + 1}`];
      const builtAt = Math.floor(now / 1_000) - n - 90;
      const { rollout } = await beginNew(history, {
        workload: id,
        changes: [
          {
            container: app.replace(/-\d+$/, ''),
            image,
            from: version(from, app, labels, builtAt - 86_400 - turn),
            to: version(to, app, labels, builtAt),
          },
        ],
        trigger: n % 3 === 0 ? 'webhook' : 'poll',
        code: 'new-digest',
        message: `${image}:latest moved from ${digest(from).slice(0, 19)} to ${digest(to).slice(0, 19)}.`,
      });
      now += 1 + (n % 7);
      await history.transition(rollout.id, {
        from: ['pending'],
        to: 'verifying',
        code: 'patched',
        generation: turn + 4,
        written: { uid: uidOf(app), template: hex(`template ${to}`, 16), path: 'template-annotation' },
      });
      now += 100 + (n % 900);
      await history.transition(rollout.id, {
        from: ['verifying'],
        to: 'verifying',
        code: 'soaking',
        message: '2 of 2 pods of the new revision are available.',
        soak: { since: now, lastReady: now - (now % 1_000), newestPod: now - (now % 1_000) - 3_000 },
      });
      now += n % 400;
      await history.transition(
        rollout.id,
        failed
          ? {
              from: ['verifying'],
              to: 'failed',
              code: 'crash-loop',
              message: `The pod ${app}-${hex(to, 9)} of the new revision crashes: exit code 1.`,
              evidence: {
                pod: `${app}-${hex(to, 9)}-${hex(from, 5)}`,
                container: 'app',
                reason: 'Error',
                exitCode: 1,
                restarts: 3,
                message: 'back-off 40s restarting failed container',
                log: log.replaceAll('level', hex(to, 5)),
              },
            }
          : {
              from: ['verifying'],
              to: 'succeeded',
              code: 'verified',
              message: '2 of 2 pods of the new revision are available.',
            },
      );
    });
    await Promise.all(oneEach);
    now += 60_000;
  }

  const seconds = (performance.now() - started) / 1_000;
  const after = await used(redis);
  const events = Number(await redis.call('MEMORY', 'USAGE', '{keelson}:h:events', 'SAMPLES', '0'));
  const count = workloads * each;
  const perRollout = (bytes: number): number => Math.round(bytes / count);
  redis.disconnect();
  await history.close();
  return {
    rollouts: name,
    'used_memory each': perRollout(after.memory - before.memory),
    'dataset each': perRollout(after.dataset - before.dataset),
    'of it events (capped stream)': perRollout(events),
    'without events': perRollout(after.memory - before.memory - events),
    'writes/s': Math.round((count * 4) / seconds),
  };
}

const rows: Record<string, unknown>[] = [];
for (const shape of shapes) rows.push(await measure(shape));
console.log(
  `Bytes of Redis for one rollout, ${workloads * each} rollouts over ${workloads} workloads, Node ${process.version}`,
);
console.table(rows);

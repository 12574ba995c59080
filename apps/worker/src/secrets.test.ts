import { readConfig } from '@keelson/config';
import { createHistory } from '@keelson/history';
import { createLogger } from '@keelson/log';
import { pushImage } from '@keelson/simulator';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorker } from './start-worker.ts';
import { deployment, followed, pullSecret, secretOf } from './testing/manifests.ts';
import { redisContents } from './testing/redis-contents.ts';
import type { TestEnv } from './testing/test-env.ts';
import { soon, startTestEnv } from './testing/test-env.ts';

const good = 'pl4nted-good';
const wrong = 'pl4nted-wrong';
const broken = 'pl4nted-broken';
/** What others write into texts that Keelson quotes. */
const quoted = ['pl4nted-log', 'pl4nted-refusal', 'pl4nted-annotation'];

let env: TestEnv;
beforeAll(async () => {
  env = await startTestEnv({ auth: { type: 'bearer', users: { ann: good } } });
});
afterAll(() => env.stop());

const base64 = (text: string) => Buffer.from(text).toString('base64');
const push = (tag: string, labels: Readonly<Record<string, string>>) =>
  pushImage(env.registry, 'ns/app', tag, { labels });

/** All credentials that were sent to the registry. */
const sent = () =>
  new Set(env.registry.requests.flatMap(({ headers }) => headers.authorization?.split(' ').at(-1) ?? []));

it('no log line, Redis value, event, error or metric holds a secret (law 12)', async () => {
  const { redis, registry, cluster } = env;
  const lines: string[] = [];
  const log = createLogger({ level: 'trace', name: 'worker', destination: { write: (line) => lines.push(line) } });
  await push('latest', { build: '1' });
  cluster.apply([
    pullSecret('ns', 'good', registry.host, 'ann', good),
    pullSecret('ns', 'wrong', registry.host, 'ann', wrong),
    secretOf('ns', 'broken', `{"auths": {"${registry.host}": {"auth": "${broken}"}`),
    secretOf('ns', 'entry', JSON.stringify({ auths: { [registry.host]: { auth: broken } } })),
  ]);
  const annotations = {
    ...followed,
    'keel.sh/poll-schedule': '@every 1s',
    'keelson.sh/soak': 'token=pl4nted-annotation',
  };
  const deploy = (name: string, image: string, ...pullSecrets: readonly string[]) =>
    cluster.apply(
      deployment('ns', name, { images: { app: `${registry.host}/ns/${image}` }, annotations, pullSecrets }),
    );
  deploy('good', 'app:latest', 'good', 'broken');
  deploy('wrong', 'app:other', 'wrong');
  deploy('broken', 'app:broken', 'broken', 'entry', 'gone');
  deploy('missing', 'app:missing', 'good');

  const metrics = new Registry();
  const settings = {
    KEELSON_GRACE_SECONDS: '5',
    KEELSON_SOAK_SECONDS: '0',
    KEELSON_INSECURE_REGISTRIES: registry.host,
  };
  const config = { ...readConfig(settings), redisUrl: redis.url };
  const worker = await startWorker({ config, log, kubeconfigText: cluster.kubeconfig, metrics });
  const history = createHistory({ redis: redis.url });
  const check = async (name: string) => (await history.workload(`ns/deployment/${name}`))?.check;
  const codes = () =>
    Promise.all(['good', 'wrong', 'broken', 'missing'].map(async (name) => (await check(name))?.code));
  const ok = expect.stringMatching(/already-running|up-to-date/);
  await soon(async () => expect(await codes()).toEqual([ok, 'unauthorized', 'unauthorized', 'not-found']));
  const ended = (state: string) =>
    soon(async () => expect((await history.rollouts({})).items.map((rollout) => rollout.state)).toContain(state));

  const endReset = registry.faults.inject({ path: '/ns/app/', fault: { type: 'reset' } });
  await soon(async () => expect((await check('good'))?.error?.code).toMatch(/unavailable|paused/));
  endReset();

  const refusal = cluster.faults.fail(
    { method: 'PATCH', path: '/ns/' },
    { status: 403, message: 'not today, password=pl4nted-refusal' },
  );
  await push('latest', { build: '2' });
  await soon(async () => expect((await check('good'))?.message).toContain('not today'));
  refusal.remove();
  await ended('succeeded');
  await push('latest', {
    build: '3',
    'sh.keelson.outcome': 'crash',
    'sh.keelson.log': 'no luck with postgres://u:pl4nted-log@db',
  });
  await ended('failed');
  const savedState = () =>
    cluster.get('apps/v1', 'Deployment', 'ns', 'good')?.metadata.annotations?.['keelson.sh/state'];
  await soon(() => expect(savedState()).toContain('crash-loop'));

  const output = [
    ...lines,
    await redisContents(redis.url),
    JSON.stringify([await history.workloads(), (await history.rollouts({})).items, await history.events('0')]),
    await metrics.metrics(),
    JSON.stringify(await worker.problems()),
    savedState(),
  ].join('\n');
  await worker.stop();
  await history.close();

  // The secrets were really used, and the output really has something to say.
  expect(output).toContain('Secret ns/broken: The pull secret is no docker config');
  expect(output).toContain('a function failed and will be tried again');
  for (const text of ['not today, password=[secret]', 'postgres://u:[secret]@db', 'token=[secret]']) {
    expect(output).toContain(text);
  }
  const planted = [good, wrong, broken, cluster.token, ...quoted, ...sent()];
  expect(planted).toEqual(expect.arrayContaining([base64(`ann:${good}`), base64(`ann:${wrong}`)]));
  expect(planted.length).toBeGreaterThan(6);
  for (const secret of planted) {
    expect(output).not.toContain(secret);
    expect(output).not.toContain(base64(secret));
  }
});

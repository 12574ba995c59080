import { expect, it } from 'vitest';
import { useHistory } from '../../test/opened.ts';
import { record, rollout } from '../../test/samples.ts';
import { back, byHand, created, fail, quarantined, written } from '../../test/verdicts.ts';
import type { History } from '../types.ts';
import { waveMinimum, waveSeveral, waveShare } from './wave.ts';

const redis = useHistory();

interface Failure {
  readonly namespace: string;
  readonly image?: string;
}

let made = 0;

/** A bad push of another workload each time; each with an image of its own, unless it says so. */
async function failIn(history: History, { namespace, image }: Failure): Promise<void> {
  made += 1;
  const [seed, id] = [`bad${made}`, `${namespace}/deployment/w${made}`];
  const { id: update } = await written(history, 'good', seed, id);
  await fail(history, update, { quarantine: [quarantined(seed, { image: image ?? `registry.test/${id}` })] });
}

async function succeedIn(history: History, namespace: string): Promise<void> {
  made += 1;
  const { id } = await written(history, 'old', `new${made}`, `${namespace}/deployment/w${made}`);
  await history.transition(id, { from: ['verifying'], to: 'succeeded', code: 'verified' });
}

const times = (count: number, failure: (n: number) => Failure) => Array.from({ length: count }, (_, n) => failure(n));
const stoppedIn = async (history: History) => (await history.stops()).map(({ namespace }) => namespace);

it('workloads of one namespace that crash stop that namespace alone, again and again (law 17)', async () => {
  const history = redis.open();
  for (let turn = 0; turn < 3; turn++) {
    for (const one of times(waveMinimum - 1, () => ({ namespace: 'tenant' }))) await failIn(history, one);
    expect(await history.stops()).toEqual([]);
    const after = await history.lastEventId();

    await failIn(history, { namespace: 'tenant' });

    const [stop, ...more] = await history.stops();
    expect(more).toEqual([]);
    expect(stop).toMatchObject({ namespace: 'tenant' });
    expect(stop?.message).toMatch(/^5 workloads of namespace tenant failed .* and 0 succeeded/);
    expect((await history.events(after)).at(-1)).toMatchObject({
      ...{ type: 'namespace', namespace: 'tenant', workload: '', name: 'stopped', message: stop?.message },
    });
    const own = `tenant/deployment/turn${turn}`;
    expect(await history.begin(rollout('a', 'b', own))).toEqual({ outcome: 'stopped', stop });
    expect(await history.stopFor(own)).toEqual(stop);
    expect(await history.stopFor('victim/deployment/web')).toBeUndefined();
    created(await history.begin(rollout('a', `b${turn}`, 'victim/deployment/web')));
    created(await history.begin({ ...byHand('a', 'b'), workload: own }));

    expect(await history.resumeStop('victim')).toEqual([]);
    expect(await history.resumeStop('tenant')).toEqual([stop]);
    expect((await history.events(after)).at(-1)).toMatchObject({ namespace: 'tenant', name: 'resumed' });
  }
});

it.each<[string, readonly Failure[], readonly string[]]>([
  ['one image in several namespaces', times(9, (n) => ({ namespace: `ns${n % 3}`, image: 'registry.test/app' })), []],
  ['two images in several namespaces', times(9, (n) => ({ namespace: `ns${n % 3}`, image: `image${n % 2}` })), []],
  ['two namespaces', times(2 * waveMinimum, (n) => ({ namespace: `ns${n % 2}` })), ['ns0', 'ns1']],
  [
    'one namespace beside a few failures in others',
    [...times(waveMinimum, () => ({ namespace: 'tenant' })), { namespace: 'ns1' }, { namespace: 'ns2' }],
    ['tenant'],
  ],
])('%s that fail do not stop all rollouts (law 17)', async (_, failures, stopped) => {
  const history = redis.open();
  for (const one of failures) await failIn(history, one);
  expect(await stoppedIn(history)).toEqual(stopped);
});

it('namespaces that fail stop all rollouts only while more fail than succeed (law 17)', async () => {
  const history = redis.open();
  for (let n = 0; n < waveSeveral; n++) await succeedIn(history, `calm${n}`);
  for (const one of times(2 * waveSeveral, (n) => ({ namespace: `ns${n % waveSeveral}` }))) await failIn(history, one);
  expect(await stoppedIn(history)).toEqual([]);

  await failIn(history, { namespace: 'one-more' });

  expect(await stoppedIn(history)).toEqual([undefined]);
});

it.each<[string, (history: History) => Promise<void>]>([
  [
    'fail',
    async (history) => {
      const begun: string[] = [];
      const of = (n: number) => `tenant/deployment/w${n}`;
      for (let n = 0; n < 4 * waveMinimum; n++) begun.push((await written(history, 'good', 'bad', of(n))).id);
      for (const [n, id] of begun.entries())
        await fail(history, id, { quarantine: [quarantined('bad', { image: of(n) })] });
    },
  ],
  [
    'succeed',
    async (history) => {
      for (let n = 0; n < 4 * waveMinimum; n++) await succeedIn(history, 'tenant');
    },
  ],
])('a tenant whose workloads %s in great number does not hide that others fail (law 17)', async (_, act) => {
  const history = redis.open();
  await act(history);

  for (let n = 0; n < waveMinimum && (await history.stopFor('other/deployment/web')) === undefined; n++)
    await failIn(history, { namespace: `ns${n % waveSeveral}` });

  expect(await stoppedIn(history)).toContain(undefined);
});

it.each([
  [waveSeveral * waveShare, [undefined]],
  [waveSeveral * waveShare + 1, []],
])('three tenants among %i namespaces stop all rollouts or not: %j (law 17)', async (namespaces, stopped) => {
  const history = redis.open();
  for (let n = 0; n < namespaces; n++) await history.putWorkload(record(`ns${n}/deployment/web`));
  for (const one of times(waveMinimum, (n) => ({ namespace: `ns${n % waveSeveral}` }))) await failIn(history, one);
  expect(await stoppedIn(history)).toEqual(stopped);
});

it('a failure of a stopped namespace emits no second event, and is rolled back', async () => {
  const history = redis.open();
  const last = await written(history, 'good', 'bad', 'tenant/deployment/last');
  for (const one of times(waveMinimum, () => ({ namespace: 'tenant' }))) await failIn(history, one);

  await fail(history, last.id, back('bad', 'good'));

  expect((await history.events('0-0')).filter(({ type }) => type === 'namespace')).toHaveLength(1);
  expect(await history.active()).toMatchObject([{ kind: 'rollback', workload: last.workload }]);
});

import { expect, it } from 'vitest';
import { useHistory } from '../../test/opened.ts';
import { digest, image, record, rollout } from '../../test/samples.ts';
import { paused, quarantined, workload } from '../../test/verdicts.ts';

const redis = useHistory();
const app = {
  image,
  tag: 'latest',
  rolledOut: digest('bad'),
  lastGood: digest('good'),
  written: { uid: 'u', path: 'image-pin' },
};
const known = { quarantine: [quarantined('bad')], hold: paused, digests: { app } };

it('restore stores what the annotations of a workload say (law 13)', async () => {
  const history = redis.open();
  await history.putWorkload(record(workload));

  expect(await history.restore(workload, known)).toBe(true);

  expect(await history.workload(workload)).toMatchObject(known);
  expect((await history.begin({ ...rollout('x', 'bad'), again: true })).outcome).toBe('quarantined');
  expect((await history.events('0-0')).map(({ type, name }) => `${type} ${name}`)).toEqual([
    'workload added',
    'quarantine added',
    'hold paused',
  ]);
});

it('restore does nothing the second time, and nothing without data', async () => {
  const history = redis.open();
  expect(await history.restore(workload, { quarantine: [], digests: {} })).toBe(false);
  expect(await redis.raw.keys('*')).toEqual([]);

  const both = await Promise.all([history.restore(workload, known), history.restore(workload, known)]);

  expect(both.filter(Boolean)).toHaveLength(1);
});

it.each([
  ['digests', (history) => history.adopt(workload, [{ container: 'other', image, tag: '', digest: digest('a') }])],
  ['a hold', (history) => history.hold(workload, { ...paused, code: 'off' })],
  ['a rollout', (history) => history.begin(rollout(undefined, 'b'))],
] satisfies [string, (history: ReturnType<typeof redis.open>) => Promise<unknown>][])(
  'restore does not replace %s',
  async (_, put) => {
    const history = redis.open();
    await history.putWorkload(record(workload));
    await put(history);
    const before = await history.workload(workload);

    expect(await history.restore(workload, known)).toBe(false);

    expect(await history.workload(workload)).toEqual(before);
  },
);

it('restore refuses data that could not be read again', async () => {
  const history = redis.open();
  const digests = { app: { ...app, rolledOut: 'sha256:short' } as const };
  await expect(history.restore(workload, { quarantine: [], digests })).rejects.toMatchObject({ code: 'invalid' });
});

it('restore dates nothing later than now (law 17)', async () => {
  const history = redis.open();
  await history.putWorkload(record(workload));
  const at = 9e13;

  await history.restore(workload, { ...known, quarantine: [quarantined('bad', { at })], hold: { ...paused, at } });

  const { hold, quarantine } = (await history.workload(workload)) ?? {};
  expect([hold?.at, quarantine?.[0]?.at].every((time) => (time ?? at) <= Date.now())).toBe(true);
});

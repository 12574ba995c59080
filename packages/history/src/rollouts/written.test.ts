import { expect, it } from 'vitest';
import { beginNew } from '../../test/begin-new.ts';
import { useHistory } from '../../test/opened.ts';
import { digest, image, record, rollout } from '../../test/samples.ts';
import { workload, written } from '../../test/verdicts.ts';

const redis = useHistory();
const where = { uid: '8f3c1d52-0b7e-4a86-9c1f-2e6d7a90b415', template: '6f7d9c5b84', path: 'template-annotation' };
const soak = { since: 1_795_000_009_000, lastReady: 1_795_000_008_000, newestPod: 1_795_000_001_000 };

async function ready() {
  const history = redis.open();
  await history.putWorkload(record(workload));
  const { rollout: begun } = await beginNew(history, rollout('a', 'b'));
  await history.transition(begun.id, { from: ['pending'], to: 'verifying', code: 'written', written: where });
  return { history, id: begun.id, app: async () => (await history.workload(workload))?.digests.app };
}

it('the digests keep the object and the write path of the last write', async () => {
  const { history, id, app } = await ready();
  expect(await history.rollout(id)).toMatchObject({ written: where });
  expect((await app())?.written).toEqual({ uid: where.uid, path: where.path });

  await history.transition(id, { from: ['verifying'], to: 'succeeded', code: 'verified' });
  expect((await app())?.written).toEqual({ uid: where.uid, path: where.path });

  const next = await beginNew(history, rollout('b', 'c'));
  expect((await app())?.written).toEqual({ uid: where.uid, path: where.path });

  await history.transition(next.rollout.id, { from: ['pending'], to: 'verifying', code: 'written' });
  const good = { lastGood: digest('b'), proven: true, goodBefore: digest('a') };
  expect(await app()).toEqual({ image, tag: 'latest', rolledOut: digest('c'), ...good });
});

it('adopted digests have no written object', async () => {
  const { history, id, app } = await ready();
  await history.transition(id, { from: ['verifying'], to: 'succeeded', code: 'verified' });

  await history.adopt(workload, [{ container: 'app', image, tag: 'latest', digest: digest('b') }]);

  expect((await app())?.written).toBeUndefined();
});

it('a soak baseline is stored and moves no digest', async () => {
  const { history, id, app } = await ready();
  const before = await app();
  await redis.raw.hset(`{keelson}:h:workload:${workload}`, 'd:app', JSON.stringify({ ...before, tag: 'untouched' }));

  const soaking = await history.transition(id, { from: ['verifying'], to: 'verifying', code: 'soaking', soak });
  const held = await history.transition(id, { from: ['verifying'], to: 'verifying', code: 'node-lost' });

  expect(soaking).toMatchObject({ state: 'verifying', soak, written: where });
  expect(held).toMatchObject({ soak });
  expect(await history.rollout(id)).toEqual(held);
  expect(await app()).toEqual({ ...before, tag: 'untouched' });
});

it.each([Number.NaN, Number.NEGATIVE_INFINITY])('history refuses %s in a soak baseline', async (mark) => {
  const { history, id } = await ready();
  const step = { from: ['verifying'], to: 'verifying', code: 'soaking', soak: { ...soak, lastReady: mark } } as const;

  await expect(history.transition(id, step)).rejects.toMatchObject({ code: 'invalid' });
});

it('a superseding rollout keeps unhealthyBefore of the written one', async () => {
  const history = redis.open();
  const sick = (from: string, to: string, unhealthyBefore: string) =>
    beginNew(history, { ...rollout(from, to), unhealthyBefore });
  expect((await sick('a', 'b', 'One.')).rollout).toMatchObject({ unhealthyBefore: 'One.' });

  const second = await sick('a', 'c', 'Two.');
  expect(second.rollout).toMatchObject({ unhealthyBefore: 'Two.' });
  await history.transition(second.rollout.id, { from: ['pending'], to: 'verifying', code: 'written' });

  expect((await sick('c', 'd', 'Three.')).rollout).toMatchObject({ unhealthyBefore: 'Two.' });
});

it('a superseding rollout keeps what worked beside the written one', async () => {
  const history = redis.open();
  const first = await beginNew(history, rollout('a', 'b'));
  const beside = { side: ['0a1b2c3d'] };
  await history.transition(first.rollout.id, { from: ['pending'], to: 'verifying', code: 'written', beside });

  const second = await beginNew(history, rollout('b', 'c'));

  expect(second.rollout).toMatchObject({ beside });
  expect(await history.rollout(second.rollout.id)).toEqual(second.rollout);
});

it('unhealthyBefore is ignored while a written rollout is under way', async () => {
  const history = redis.open();
  await written(history, 'a', 'b');

  const next = await beginNew(history, { ...rollout('b', 'c'), unhealthyBefore: 'It crashes, since b does.' });

  expect(next.rollout.unhealthyBefore).toBeUndefined();
  expect(await history.rollout(next.rollout.id)).toEqual(next.rollout);
});

it('an active rollback does not count as an unhealthy workload', async () => {
  const history = redis.open();
  await history.begin({ ...rollout('bad', 'good'), kind: 'rollback', unhealthyBefore: 'Long ago.' });

  const next = await beginNew(history, { ...rollout('bad', 'newer'), unhealthyBefore: 'It crashes, since bad does.' });

  expect(next.rollout.unhealthyBefore).toBe('Long ago.');
});

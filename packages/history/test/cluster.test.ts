import { startRedis } from '@keelson/redis/server';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { createHistory } from '../src/index.ts';
import { beginNew } from './begin-new.ts';
import { digest, image, record, rollout } from './samples.ts';
import { back, fail, paused } from './verdicts.ts';

const id = 'myapp/deployment/myapp';

it('every script uses one slot, as Redis Cluster requires', async () => {
  await using server = await startRedis({ args: ['--cluster-enabled', 'yes'] });
  const raw = new Redis(server.url);
  await raw.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await expect.poll(() => raw.cluster('INFO')).toContain('cluster_state:ok');
  await expect(raw.mget('a', 'b')).rejects.toThrow('CROSSSLOT');

  const history = createHistory({ redis: server.url, retention: { perWorkload: 1 } });
  await history.putWorkload(record(id));
  await history.adopt(id, [{ container: 'app', image, tag: 'latest', digest: digest('a') }]);
  await history.putCheck(id, { at: 1, code: 'x', message: 'y', observed: [] });
  const { rollout: first } = await beginNew(history, rollout('a', 'b'));
  const { rollout: second } = await beginNew(history, rollout('a', 'c'));
  await history.transition(second.id, { from: ['pending'], to: 'verifying', code: 'x' });
  await history.transition(second.id, { from: ['verifying'], to: 'succeeded', code: 'x' });

  expect(await history.rollout(first.id)).toBeUndefined();
  expect((await history.rollouts({ workload: id })).items).toMatchObject([{ state: 'succeeded' }]);
  expect((await history.rollouts({})).items).toHaveLength(1);
  expect((await history.rollouts({ namespaces: ['myapp'] })).items).toHaveLength(1);
  expect(await history.workloads()).toHaveLength(1);
  expect(await history.trim(Date.now() + 1e12)).toBe(1);
  await history.hold(id, paused);
  await history.resume(id);
  expect(await history.stopFor(id)).toBeUndefined();
  await history.resumeStop('myapp');
  await history.resumeStop();
  const { rollout: third } = await beginNew(history, rollout('c', 'd'));
  await fail(history, third.id, back('d', 'c'));
  expect(await history.active()).toMatchObject([{ kind: 'rollback' }]);
  await history.release(id);
  await history.removeWorkload(id);
  expect((await history.events('0-0')).at(-1)).toMatchObject({ name: 'removed' });
  await history.close();
  raw.disconnect();
});

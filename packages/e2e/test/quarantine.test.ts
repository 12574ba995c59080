import { afterAll, afterEach, expect, it } from 'vitest';
import { startHooks } from '../src/hooks.ts';
import { every } from '../src/manifests.ts';
import type { NodeGate } from '../src/node-gate.ts';
import { startNodeGate } from '../src/node-gate.ts';
import { onStages } from '../src/on-stages.ts';
import type { Scene } from '../src/scene.ts';
import { until } from '../src/until.ts';

const crashes = { 'sh.keelson.outcome': 'crash' };

/** Stands before the nodes of the stage that runs: Keelson asks the registry itself. */
const gates: NodeGate[] = [];
afterAll(() => Promise.all(gates.map((gate) => gate.stop())));
const beforeNodes = async (registry: string) => {
  const gate = await startNodeGate(registry);
  gates.push(gate);
  return gate.url;
};

onStages(
  'a digest that failed',
  (play) => {
    const stops: (() => unknown)[] = [];
    afterEach(async () => {
      for (const stop of stops.splice(0)) await stop();
    });

    /** What runs, what failed and was rolled back. */
    async function failedPush(scene: Scene, interval = '24h') {
      const good = await scene.watching('myapp', { annotations: every(interval) });
      const bad = await scene.push('latest', crashes);
      await scene.ask('myapp');
      await scene.rolledBack('myapp', bad, good);
      await scene.settled('myapp');
      return { good, bad };
    }

    /** Looked at after `from`, and left as it is for what it is. */
    const refusedSince = (scene: Scene, from: number) =>
      until('it was looked at, and not offered', async () => {
        const check = (await scene.history.workload(scene.id('myapp')))?.check;
        return check !== undefined && check.at > from && check.code === 'quarantined' && check;
      });

    /** Each has Keelson see the bad digest behind the tag once more. Resolves with a moment before that. */
    const WAYS: readonly (readonly [way: string, interval: string, (scene: Scene, bad: string) => Promise<number>])[] =
      [
        ['a poll', '1s', async () => Date.now()],
        [
          'a webhook',
          '24h',
          async (scene, bad) => {
            const hooks = await startHooks(scene);
            stops.push(() => hooks.stop());
            const from = Date.now();
            expect((await hooks.pushed('latest', bad)).status).toBe(202);
            return from;
          },
        ],
        [
          'a person who asks',
          '24h',
          async (scene) => {
            const from = Date.now();
            await scene.ask('myapp');
            return from;
          },
        ],
        [
          'a restart',
          '1s',
          async (scene) => {
            await scene.stopWorkers();
            const from = Date.now();
            await scene.startWorker();
            return from;
          },
        ],
      ];

    it.each(WAYS)('is not offered again by %s (law 7)', async (_, interval, again) => {
      const { scene } = play;
      const { good, bad } = await failedPush(scene, interval);

      const from = await again(scene, bad);
      const { message } = await refusedSince(scene, from);

      expect(message).toContain('quarantine');
      expect(await scene.rollouts('myapp')).toHaveLength(2);
      expect(await scene.revisions('myapp')).toBe(3);
      expect(await scene.serving('myapp')).toEqual([good]);
      expect(await scene.quarantined('myapp')).toEqual([bad]);

      const next = await scene.push('latest');
      await scene.ask('myapp');
      await scene.rolledOut('myapp', next);
    });

    it.each([
      ['while it runs', false],
      ['while it is down', true],
    ])('is not offered again when Redis lost everything %s (laws 7 and 13)', async (_, down) => {
      const { scene, stage } = play;
      const { good, bad } = await failedPush(scene);
      await until('the workload itself says so', async () => {
        const { annotations } = (await scene.read('myapp')).metadata;
        return annotations['keelson.sh/state']?.includes(bad);
      });

      if (down) await scene.stopWorkers();
      const from = Date.now();
      await stage.redis.flush();
      if (down) await scene.startWorker();
      await until('it is known again', () => scene.history.workload(scene.id('myapp')));
      await scene.ask('myapp');
      await refusedSince(scene, from);

      expect(await scene.rollouts('myapp')).toEqual([]);
      expect(await scene.revisions('myapp')).toBe(3);
      expect(await scene.serving('myapp')).toEqual([good]);
      expect(await scene.quarantined('myapp')).toEqual([bad]);
    });

    it('is not offered to the workload of that name that was deleted and made again; what was good is put back (law 7)', async () => {
      const { scene } = play;
      const { good, bad } = await failedPush(scene);
      const { uid } = (await scene.read('myapp')).metadata;

      await scene.remove('myapp');
      await until('it is gone', async () => (await scene.history.workload(scene.id('myapp'))) === undefined);
      await until('it can be made again', async () => {
        await scene.deploy({ name: 'myapp', image: scene.image('latest'), annotations: every('24h') });
        return (await scene.read('myapp')).metadata.uid !== uid;
      });
      await until('what was good is put back', async () => {
        const [newest] = await scene.rollouts('myapp');
        return newest?.code === 'pin-restored' && newest.state === 'succeeded';
      });
      await scene.settled('myapp');
      const from = Date.now();
      await scene.ask('myapp');
      await refusedSince(scene, from);

      expect(await scene.serving('myapp')).toEqual([good]);
      expect(await scene.quarantined('myapp')).toEqual([bad]);
      const updates = (await scene.rollouts('myapp')).filter(({ kind }) => kind === 'update');
      expect(updates.map(({ state }) => state)).toEqual(['failed']);
    });

    it('does not come back with a manifest that is applied again: what was good is put back, and left alone the second time (laws 7 and 9)', async () => {
      const { scene } = play;
      const { good, bad } = await failedPush(scene);
      const containers = [{ name: 'app', image: scene.image('latest') }];
      const apply = () =>
        scene.patch(
          'myapp',
          { spec: { template: { spec: { containers } } } },
          'application/strategic-merge-patch+json',
        );

      await apply();
      const rollout = await until('it is put back', async () => {
        const [newest] = await scene.rollouts('myapp');
        return newest?.trigger === 'guard' && newest.state === 'succeeded' && newest;
      });
      await scene.settled('myapp');
      expect(rollout).toMatchObject({ kind: 'rollback', code: 'pin-restored', changes: [{ to: { digest: good } }] });
      expect(rollout.message).toContain('somebody');
      expect(await scene.serving('myapp')).toEqual([good]);
      // Git's, the bad push's, what was good, the manifest's once more, what was good.
      expect(await scene.revisions('myapp')).toBe(5);

      await apply();
      const hold = await until('it is left alone', async () => (await scene.history.workload(scene.id('myapp')))?.hold);
      expect(hold.code).toBe('reverted');
      expect(hold.message).toContain('somebody');
      expect(await scene.rollouts('myapp')).toHaveLength(3);
      expect(await scene.revisions('myapp')).toBe(6);
      expect(await scene.quarantined('myapp')).toEqual([bad]);
    });

    it('is offered again once it is released (law 7)', async () => {
      const { scene } = play;
      const { good, bad } = await failedPush(scene);

      const released = await scene.history.release(scene.id('myapp'));
      await scene.ask('myapp');
      await until('it is tried again', async () => (await scene.rollouts('myapp')).length === 4);
      await scene.rolledBack('myapp', bad, good);

      expect(released.map(({ digest }) => digest)).toEqual([bad]);
      expect(await scene.quarantined('myapp')).toEqual([bad]);
    });

    it('is followed by one rollback; when that fails too nothing more is done until somebody resumes it (law 8)', async () => {
      const { scene } = play;
      const good = await scene.watching('myapp', { annotations: every('1s') });
      stops.push(gates.at(-1)?.refuse(scene.repository, [good], 404) ?? expect.unreachable);
      const bad = await scene.push('latest', crashes);

      const rollback = await until('the rollback failed', async () => {
        const [newest] = await scene.rollouts('myapp');
        return newest?.kind === 'rollback' && newest.state === 'failed' && newest;
      });
      expect(rollback.changes).toMatchObject([{ from: { digest: bad }, to: { digest: good } }]);
      const held = async () => (await scene.history.workload(scene.id('myapp')))?.hold?.code;
      expect(await held()).toBe('rollback-failed');

      const newer = await scene.push('latest');
      await scene.lookedAgain('myapp');
      await scene.stopWorkers();
      await scene.startWorker();
      await scene.lookedAgain('myapp');
      expect((await scene.rollouts('myapp')).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
        'rollback failed',
        'update failed',
      ]);
      expect(await scene.revisions('myapp')).toBe(3);
      expect(await held()).toBe('rollback-failed');

      await scene.history.resume(scene.id('myapp'));
      await scene.rolledOut('myapp', newer);
    });
  },
  { beforeNodes },
);

import { sleep } from '@keelson/core/wait';
import { expect } from 'vitest';
import { every } from '../src/manifests.ts';
import { onClusters } from '../src/on-clusters.ts';
import type { TestNamespace } from '../src/test-namespace.ts';
import { waitUntil } from '../src/wait-until.ts';
import { startWebhookApi } from '../src/webhook-api.ts';

const crashes = { 'sh.keelson.outcome': 'crash' };

onClusters('a quarantined digest', (it, cluster) => {
  /** A push that failed and was rolled back. Returns what runs and what failed. */
  async function failedPush(ns: TestNamespace, interval = '24h') {
    const good = await ns.deployChecked('myapp', { annotations: every(interval) });
    const bad = await ns.push('latest', crashes);
    await ns.check('myapp');
    await ns.rolledBack('myapp', bad, good);
    await ns.available('myapp');
    return { good, bad };
  }

  /** Checked after `from`, and not rolled out because it is quarantined. */
  const refusedSince = (ns: TestNamespace, from: number) =>
    waitUntil('it was checked, and not offered', async () => {
      const check = (await ns.history.workload(ns.id('myapp')))?.check;
      return check !== undefined && check.at > from && check.code === 'quarantined' && check;
    });

  /** Each has Keelson see the bad digest behind the tag once more. Resolves with a time before that. */
  const secondChecks: readonly (readonly [
    by: string,
    interval: string,
    (ns: TestNamespace, bad: string) => Promise<number>,
  ])[] = [
    ['a poll', '1s', async () => Date.now()],
    [
      'a webhook',
      '24h',
      async (ns, bad) => {
        const webhooks = await startWebhookApi(ns);
        const from = Date.now();
        expect((await webhooks.pushed('latest', bad)).status).toBe(202);
        return from;
      },
    ],
    [
      'a manual check',
      '24h',
      async (ns) => {
        const from = Date.now();
        await ns.check('myapp');
        return from;
      },
    ],
    [
      'a restart',
      '1s',
      async (ns) => {
        await ns.stopWorkers();
        const from = Date.now();
        await ns.startWorker();
        return from;
      },
    ],
  ];

  // Who asks is the same to an API server: the last one shows it there.
  it.for(cluster === 'simulated' ? secondChecks : secondChecks.slice(-1))(
    'a quarantined digest is not offered again by %s (law 7)',
    async ([, interval, again], { ns }) => {
      const { good, bad } = await failedPush(ns, interval);

      const from = await again(ns, bad);
      const { message } = await refusedSince(ns, from);

      expect(message).toContain('quarantine');
      expect(await ns.rollouts('myapp')).toHaveLength(2);
      expect(await ns.revisions('myapp')).toBe(3);
      expect(await ns.serving('myapp')).toEqual([good]);
      expect(await ns.quarantined('myapp')).toEqual([bad]);

      const next = await ns.push('latest');
      await ns.check('myapp');
      await ns.rolledOut('myapp', next);
    },
  );

  const losses = [
    ['while the worker runs', false],
    ['while the worker is down', true],
  ] as const;
  it.for(cluster === 'simulated' ? losses : losses.slice(-1))(
    'a quarantined digest is not offered again when Redis lost everything %s (laws 7 and 13)',
    async ([, down], { nsWithRedis: ns }) => {
      const { good, bad } = await failedPush(ns);
      await waitUntil('the workload carries its quarantine', async () => {
        const { annotations } = (await ns.read('myapp')).metadata;
        return annotations['keelson.sh/state']?.includes(bad);
      });

      if (down) await ns.stopWorkers();
      const from = Date.now();
      await ns.env.redis.flush();
      if (down) await ns.startWorker();
      await waitUntil('Redis knows it again', () => ns.history.workload(ns.id('myapp')));
      await ns.check('myapp');
      await refusedSince(ns, from);

      expect(await ns.rollouts('myapp')).toEqual([]);
      expect(await ns.revisions('myapp')).toBe(3);
      expect(await ns.serving('myapp')).toEqual([good]);
      expect(await ns.quarantined('myapp')).toEqual([bad]);
    },
  );

  it('a quarantined digest is not offered to a workload that was deleted and made again, whose good pin is restored (law 7)', async ({
    ns,
  }) => {
    const { good, bad } = await failedPush(ns);
    const { uid } = (await ns.read('myapp')).metadata;

    await ns.remove('myapp');
    await waitUntil('it is gone', async () => (await ns.history.workload(ns.id('myapp'))) === undefined);
    await waitUntil('it can be made again', async () => {
      await ns.deploy({ name: 'myapp', image: ns.image('latest'), annotations: every('24h') });
      return (await ns.read('myapp')).metadata.uid !== uid;
    });
    await waitUntil('the good pin is restored', async () => {
      const [newest] = await ns.rollouts('myapp');
      return newest?.code === 'pin-restored' && newest.state === 'succeeded';
    });
    await ns.available('myapp');
    const from = Date.now();
    await ns.check('myapp');
    await refusedSince(ns, from);

    expect(await ns.serving('myapp')).toEqual([good]);
    expect(await ns.quarantined('myapp')).toEqual([bad]);
    const updates = (await ns.rollouts('myapp')).filter(({ kind }) => kind === 'update');
    expect(updates.map(({ state }) => state)).toEqual(['failed']);
  });

  it('a quarantined digest does not come back with a manifest that is applied again and again, and the push that follows is rolled out (laws 7 and 9)', async ({
    ns,
  }) => {
    const { good, bad } = await failedPush(ns);
    const containers = [{ name: 'app', image: ns.image('latest') }];
    const apply = () =>
      ns.patch('myapp', { spec: { template: { spec: { containers } } } }, 'application/strategic-merge-patch+json');
    const restored = async (count: number) => {
      const guarded = (await ns.rollouts('myapp')).filter(({ trigger }) => trigger === 'guard');
      return guarded.length === count && guarded.every(({ state }) => state === 'succeeded') && guarded[0];
    };

    for (const count of [1, 2]) {
      await apply();
      const rollout = await waitUntil(`the good pin is restored, ${count}`, () => restored(count));
      expect(rollout).toMatchObject({ kind: 'rollback', code: 'pin-restored', changes: [{ to: { digest: good } }] });
      expect(rollout.message).toContain('somebody');
      await ns.available('myapp');
      expect(await ns.serving('myapp')).toEqual([good]);
    }
    // Git's, the bad push's, what was good; then the manifest's and what was good, twice.
    expect(await ns.revisions('myapp')).toBe(7);
    expect((await ns.history.workload(ns.id('myapp')))?.hold).toBeUndefined();
    expect(await ns.quarantined('myapp')).toEqual([bad]);

    const repair = await ns.push('latest');
    await ns.check('myapp');
    await ns.rolledOut('myapp', repair);
  });

  it('a controller that applies the manifest without end gets a hold that names it, and the next push ends that (law 9)', async ({
    ns,
  }) => {
    const { good } = await failedPush(ns);
    const image = ns.image('latest');
    const body = { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } };
    const until = new AbortController();
    const fight = (async () => {
      while (!until.signal.aborted) {
        const { spec } = await ns.read('myapp');
        if (spec.template.spec.containers[0]?.image !== image) {
          await ns.patchAs('fighter', 'myapp', body, 'application/strategic-merge-patch+json');
        }
        await sleep(50, until.signal);
      }
    })();

    const hold = await waitUntil('it is on hold', async () => (await ns.history.workload(ns.id('myapp')))?.hold);
    until.abort();
    await fight;
    expect(hold).toMatchObject({
      code: 'reverted',
      message: expect.stringMatching(/^fighter removed .*goes on restoring/),
    });
    await waitUntil('what is good runs', async () => (await ns.serving('myapp')).join() === good);

    const repair = await ns.push('latest');
    await ns.check('myapp');
    await ns.rolledOut('myapp', repair);
    expect((await ns.history.workload(ns.id('myapp')))?.hold).toBeUndefined();
  });

  it('a released digest is offered again (law 7)', async ({ ns }) => {
    const { good, bad } = await failedPush(ns);

    const released = await ns.history.release(ns.id('myapp'));
    await ns.check('myapp');
    await waitUntil('it is tried again', async () => (await ns.rollouts('myapp')).length === 4);
    await ns.rolledBack('myapp', bad, good);

    expect(released.map(({ digest }) => digest)).toEqual([bad]);
    expect(await ns.quarantined('myapp')).toEqual([bad]);
  });

  it('a failed rollout is followed by one rollback; when that fails too, nothing more is done until a user resumes the workload (law 8)', async ({
    env,
    ns,
  }) => {
    const good = await ns.deployChecked('myapp', { annotations: every('1s') });
    env.nodes.refuse(ns.repository, [good], 404);
    const bad = await ns.push('latest', crashes);

    const rollback = await waitUntil('the rollback failed', async () => {
      const [newest] = await ns.rollouts('myapp');
      return newest?.kind === 'rollback' && newest.state === 'failed' && newest;
    });
    expect(rollback.changes).toMatchObject([{ from: { digest: bad }, to: { digest: good } }]);
    const held = async () => (await ns.history.workload(ns.id('myapp')))?.hold?.code;
    expect(await held()).toBe('rollback-failed');

    const newer = await ns.push('latest');
    await ns.checkedAgain('myapp');
    await ns.stopWorkers();
    await ns.startWorker();
    await ns.checkedAgain('myapp');
    expect((await ns.rollouts('myapp')).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'rollback failed',
      'update failed',
    ]);
    expect(await ns.revisions('myapp')).toBe(3);
    expect(await held()).toBe('rollback-failed');

    await ns.history.resume(ns.id('myapp'));
    await ns.rolledOut('myapp', newer);
  });
});

onClusters('the way back', (it) => {
  it('a last good image that its registry deletes after a bad push is a warning, first as a guess and then as a fact (law 15)', async ({
    ns,
  }) => {
    const good = await ns.deployChecked('myapp', { annotations: every('24h') });
    const bad = await ns.push('latest', crashes);
    await ns.check('myapp');
    await ns.rolledBack('myapp', bad, good);
    const risk = async () =>
      (await ns.history.workload(ns.id('myapp')))?.record.warnings.find(({ code }) => code === 'way-back-at-risk');
    expect((await risk())?.message).toMatch(/may be deleted: .*That is a guess/);

    const path = `${ns.env.registry.url}/v2/${ns.repository}/manifests/${good}`;
    const types = 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json';
    const manifest = await fetch(path, { headers: { accept: types } });
    const body = await manifest.text();
    expect((await fetch(path, { method: 'DELETE' })).status).toBe(202);
    await ns.check('myapp');
    await waitUntil('a warning says that it is gone', async () =>
      (await risk())?.message.includes('no longer in its registry'),
    );

    const type = manifest.headers.get('content-type') ?? '';
    await fetch(path, { method: 'PUT', headers: { 'content-type': type }, body });
    await ns.check('myapp');
    await waitUntil('it is there again', async () => (await risk())?.message.includes('That is a guess'));
    const repair = await ns.push('latest');
    await ns.check('myapp');
    await ns.rolledOut('myapp', repair);
    expect(await risk()).toBeUndefined();
  });
});

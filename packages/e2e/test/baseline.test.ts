import { expect } from 'vitest';
import { every } from '../src/manifests.ts';
import { onClusters } from '../src/on-clusters.ts';
import { otherHosts } from '../src/test-env.ts';
import { waitUntil } from '../src/wait-until.ts';
import { startWebhookApi } from '../src/webhook-api.ts';

const crashes = { 'sh.keelson.outcome': 'crash' };
const nowhere = `sha256:${'0'.repeat(64)}`;

const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** The scenarios (e) to (k) in which Keel was measured, each with what Keelson does. */
onClusters('the scenarios in which Keel was measured', (it, cluster) => {
  it('(e) Keelson rolls out at its start what was pushed while it was down, and nothing else (law 1)', async ({
    ns,
  }) => {
    await ns.push('latest');
    await ns.push('still');
    await ns.deploy({ name: 'moved', image: ns.image('latest') });
    await ns.deploy({ name: 'still', image: ns.image('still') });
    await Promise.all([ns.available('moved'), ns.available('still')]);
    const pushed = await ns.push('latest');

    await ns.startWorker();
    const rollout = await ns.rolledOut('moved', pushed);
    await ns.checked('still');
    expect(rollout.trigger).toBe('start');
    expect(rollout.code).toBe('pushed-while-away');

    await ns.stopWorkers();
    const again = await ns.push('latest');
    await ns.startWorker();
    await ns.check('moved');
    await ns.rolledOut('moved', again);
    expect(await ns.rollouts('moved')).toHaveLength(2);
    expect(await ns.revisions('moved')).toBe(3);
    expect(await ns.rollouts('still')).toEqual([]);
    expect(await ns.revisions('still')).toBe(1);
  });

  it('(f) a push that crashes is rolled back and stays so across a restart, and the next good push is rolled out (laws 7 and 8)', async ({
    ns,
  }) => {
    const good = await ns.deployChecked('myapp');
    const bad = await ns.push('latest', crashes);
    await ns.check('myapp');
    const { failed, rollback } = await ns.rolledBack('myapp', bad, good);

    expect(failed.transitions.at(-1)).toMatchObject({ state: 'failed', code: 'crash-loop' });
    expect(rollback).toMatchObject({ trigger: 'verdict', rollbackOf: failed.id });
    await ns.available('myapp');
    expect(await ns.serving('myapp')).toEqual([good]);

    await ns.stopWorkers();
    await ns.startWorker();
    await ns.checkedAgain('myapp');
    expect(await ns.rollouts('myapp')).toHaveLength(2);
    expect(await ns.serving('myapp')).toEqual([good]);

    const next = await ns.push('latest');
    await ns.check('myapp');
    await ns.rolledOut('myapp', next);
    await ns.available('myapp');
    expect(await ns.serving('myapp')).toEqual([next]);
    expect(await ns.revisions('myapp')).toBe(4);
  });

  it('(g) a refused write is tried again until it is accepted, and the rollout says meanwhile why it waits (law 11)', async ({
    env,
    ns,
  }) => {
    await ns.deployChecked('myapp');

    const allow = await env.refuseWrites(ns.name);
    const pushed = await ns.push('latest');
    await ns.check('myapp');
    const waiting = await waitUntil('the refusal is part of the history', async () => {
      const [rollout] = await ns.rollouts('myapp');
      const step = rollout?.transitions.at(-1);
      return step?.code.startsWith('write-') && step;
    });
    expect(waiting.state).toBe('pending');
    expect(await ns.revisions('myapp')).toBe(1);
    expect((await ns.history.workload(ns.id('myapp')))?.digests.app?.rolledOut).not.toBe(pushed);

    await allow();
    await ns.rolledOut('myapp', pushed);
    expect(await ns.rollouts('myapp')).toHaveLength(1);
    expect(await ns.revisions('myapp')).toBe(2);
  });

  it('(k) a scale by a user during the rollout is kept for each of many workloads of one image (law 3)', async ({
    ns,
  }) => {
    // What they meet in Keelson is the same on both clusters.
    const names = numbered('app', cluster === 'real' ? 10 : 30);
    await ns.push('latest');
    await Promise.all(names.map((name) => ns.deploy({ name, image: ns.image('latest') })));
    await Promise.all(names.map(ns.available));
    await ns.startWorker();
    await ns.checked(...names);

    const pushed = await ns.push('latest');
    const change = { spec: { replicas: 2 }, metadata: { labels: { team: 'blue' } } };
    await Promise.all(names.flatMap((name) => [ns.check(name), ns.patch(name, change)]));
    await Promise.all(names.map((name) => ns.rolledOut(name, pushed)));

    const found = await Promise.all(
      names.map(async (name) => {
        const { metadata, spec } = await ns.read(name);
        const { length } = await ns.rollouts(name);
        const { team } = metadata.labels;
        return { name, replicas: spec.replicas, team, rollouts: length, revisions: await ns.revisions(name) };
      }),
    );
    expect(found).toEqual(names.map((name) => ({ name, replicas: 2, team: 'blue', rollouts: 1, revisions: 2 })));
  });
});

/** Those between Keelson and registries, to which it is the same what answers as the API server. */
onClusters(
  'the scenarios with registries in which Keel was measured',
  (it) => {
    it('(i) two webhooks beside the poll start one rollout; one for what runs, a forged digest or another tag starts none (law 2)', async ({
      ns,
    }) => {
      const running = await ns.deployChecked('myapp', { annotations: every('1s') });
      const webhooks = await startWebhookApi(ns);
      const webhooksOf = async (...pushes: readonly [tag: string, digest: string][]) => {
        const from = Date.now();
        const answers = await Promise.all(pushes.flatMap(([tag, digest]) => webhooks.pushed(tag, digest)));
        expect(answers.map(({ status }) => status)).toEqual(pushes.map(() => 202));
        await waitUntil('it was checked twice since', async () => {
          const at = (await ns.history.workload(ns.id('myapp')))?.check?.at ?? 0;
          return at > from + 1_000;
        });
        return (await ns.rollouts('myapp')).length;
      };

      expect(await webhooksOf(['latest', running], ['latest', running])).toBe(0);
      expect(await webhooksOf(['latest', nowhere])).toBe(0);
      expect(await webhooksOf(['other', await ns.push('other')])).toBe(0);

      const pushed = await ns.push('latest');
      await webhooksOf(['latest', pushed], ['latest', pushed]);
      await ns.rolledOut('myapp', pushed);
      await webhooksOf(['latest', pushed]);
      expect(await ns.rollouts('myapp')).toHaveLength(1);
      expect(await ns.revisions('myapp')).toBe(2);
    });

    it('(i) a webhook has a push noticed at once, long before the poll (law 2)', async ({ ns }) => {
      await ns.deployChecked('myapp', { annotations: every('24h') });
      const webhooks = await startWebhookApi(ns);

      const pushed = await ns.push('latest');
      await Promise.all([webhooks.pushed('latest', pushed), webhooks.pushed('latest', pushed)]);
      const rollout = await ns.rolledOut('myapp', pushed);
      await ns.checkedAgain('myapp');

      expect(rollout.trigger).toBe('webhook');
      expect(await ns.rollouts('myapp')).toHaveLength(1);
      const shown = await fetch(`${webhooks.url}/api/v1/workloads/${ns.name}/deployment/myapp/history`);
      expect(await shown.json()).toMatchObject({ items: [{ state: 'succeeded', trigger: 'webhook' }] });
    });

    it('(h) a registry that answers 429 with Retry-After gets no request until then, and no other registry waits (law 10)', async ({
      env,
      ns,
    }) => {
      const { limited } = env.otherRegistries;
      ns.onClose(() => limited.faults.clear());
      const names = numbered('limited', 10);
      for (const name of names) {
        await ns.pushTo(limited, name, 'latest');
        const image = `${otherHosts.limited}/${ns.name}/${name}:latest`;
        await ns.deploy({ name, image, annotations: every('1s') });
      }
      await Promise.all(names.map(ns.available));
      await ns.deployChecked('myapp', { annotations: every('1s') });
      await ns.checked(...names);

      const heads = { method: 'HEAD', path: /\/manifests\/latest$/ };
      const afterMs = 8_000;
      const headers = { 'retry-after': String(afterMs / 1_000) };
      const lift = limited.faults.inject({ ...heads, fault: { type: 'status', status: 429, headers } });
      const refused = () => limited.requests.filter(({ status }) => status === 429);
      const first = await waitUntil('the host says that it is too much', () => refused()[0]);
      const pushedThere = await ns.pushTo(limited, 'limited-0', 'latest');
      const pushed = await ns.push('latest');
      await ns.rolledOut('myapp', pushed);
      const paused = await waitUntil('a workload of that host says why it waits', async () => {
        const check = (await ns.history.workload(ns.id('limited-1')))?.check;
        return check?.code === 'paused' && check;
      });
      expect(paused.message).toContain(otherHosts.limited);

      lift();
      const rollout = await ns.rolledOut('limited-0', pushedThere);
      // What was on its way when the host first said so, and nothing until its time had come.
      const from = limited.requests.indexOf(first);
      const sent = limited.requests.slice(from).filter(({ method }) => method === 'HEAD');
      const early = sent.filter(({ time }) => time - first.time < afterMs);
      expect(new Set(early.map(({ status }) => status))).toEqual(new Set([429]));
      expect(early.length).toBeLessThanOrEqual(names.length);
      expect(rollout.createdAt - first.time).toBeGreaterThanOrEqual(afterMs);
      expect(await ns.revisions('limited-0')).toBe(2);
    });

    it('(j) no other image waits for a registry that hangs from the start, and each request to it times out', async ({
      env,
      ns,
    }) => {
      await ns.push('latest');
      await ns.deploy({ name: 'good', image: ns.image('latest') });
      await ns.available('good');
      for (const name of numbered('stuck', 20)) {
        await ns.deploy({ name, image: `${otherHosts.hanging}/stuck/${name}:latest`, annotations: every('1s') });
      }
      const { hanging } = env.otherRegistries;
      ns.onClose(() => hanging.faults.clear());
      hanging.faults.inject({ fault: { type: 'hang' } });
      const pushed = await ns.push('latest');
      await ns.startWorker();

      const rollout = await ns.rolledOut('good', pushed);
      const stuck = await ns.history.workload(ns.id('stuck-0'));
      expect(rollout.code).toBe('pushed-while-away');
      expect(stuck?.check?.code ?? 'still hanging').toMatch(/still hanging|timeout|paused/);
      const timedOut = await waitUntil('the hanging request timed out', async () => {
        const check = (await ns.history.workload(ns.id('stuck-0')))?.check;
        return check?.error && check;
      });
      expect(timedOut.code).toMatch(/timeout|paused/);
      expect(timedOut.message).toContain(otherHosts.hanging);

      const again = await ns.push('latest');
      await ns.check('good');
      await ns.rolledOut('good', again);
    });
  },
  { clusters: ['simulated'] },
);

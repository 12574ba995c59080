import { startRegistry } from '@keelson/simulator';
import { afterAll, afterEach, expect, it } from 'vitest';
import type { Hooks } from '../src/hooks.ts';
import { startHooks } from '../src/hooks.ts';
import { every } from '../src/manifests.ts';
import { onStages } from '../src/on-stages.ts';
import { until } from '../src/until.ts';

/** Registries of their own, so that what goes wrong with them goes wrong for nobody else. */
const hangingHost = 'registry.hanging.test';
const limitedHost = 'registry.limited.test';
const hanging = await startRegistry();
const limited = await startRegistry();
afterAll(() => Promise.all([hanging.stop(), limited.stop()]));

const crashes = { 'sh.keelson.outcome': 'crash' };
const nowhere = `sha256:${'0'.repeat(64)}`;

const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

/** The questions (e) to (k) that were put to Keel, each with the answer that Keelson gives in place of Keel's. */
onStages(
  'what Keel was measured at',
  (play) => {
    let hooks: Hooks | undefined;
    afterEach(async () => {
      await hooks?.stop();
      hooks = undefined;
      hanging.faults.clear();
      limited.faults.clear();
    });

    it('(e) pushed while it was down: rolled out at its start, and nothing else is (law 1)', async () => {
      const { scene } = play;
      await scene.push('latest');
      await scene.push('still');
      await scene.deploy({ name: 'moved', image: scene.image('latest') });
      await scene.deploy({ name: 'still', image: scene.image('still') });
      await Promise.all([scene.settled('moved'), scene.settled('still')]);
      const pushed = await scene.push('latest');

      await scene.startWorker();
      const rollout = await scene.rolledOut('moved', pushed);
      await scene.watched('still');
      expect(rollout.trigger).toBe('start');
      expect(rollout.code).toBe('pushed-while-away');

      await scene.stopWorkers();
      const again = await scene.push('latest');
      await scene.startWorker();
      await scene.ask('moved');
      await scene.rolledOut('moved', again);
      expect(await scene.rollouts('moved')).toHaveLength(2);
      expect(await scene.revisions('moved')).toBe(3);
      expect(await scene.rollouts('still')).toEqual([]);
      expect(await scene.revisions('still')).toBe(1);
    });

    it('(f) a push crashes: rolled back, across a restart too, and the next good push is rolled out', async () => {
      const { scene } = play;
      const good = await scene.watching('myapp');
      const bad = await scene.push('latest', crashes);
      await scene.ask('myapp');
      const { failed, rollback } = await scene.rolledBack('myapp', bad, good);

      expect(failed.transitions.at(-1)).toMatchObject({ state: 'failed', code: 'crash-loop' });
      expect(rollback).toMatchObject({ trigger: 'verdict', rollbackOf: failed.id });
      await scene.settled('myapp');
      expect(await scene.serving('myapp')).toEqual([good]);

      await scene.stopWorkers();
      await scene.startWorker();
      await scene.lookedAgain('myapp');
      expect(await scene.rollouts('myapp')).toHaveLength(2);
      expect(await scene.serving('myapp')).toEqual([good]);

      const next = await scene.push('latest');
      await scene.ask('myapp');
      await scene.rolledOut('myapp', next);
      await scene.settled('myapp');
      expect(await scene.serving('myapp')).toEqual([next]);
      expect(await scene.revisions('myapp')).toBe(4);
    });

    it('(g) the write is refused: tried again until it holds, and it says meanwhile why it waits (law 11)', async () => {
      const { scene, stage } = play;
      await scene.watching('myapp');

      const allow = await stage.refuseWrites(scene.namespace);
      const pushed = await scene.push('latest');
      await scene.ask('myapp');
      const waiting = await until('the refusal is part of the history', async () => {
        const [rollout] = await scene.rollouts('myapp');
        const step = rollout?.transitions.at(-1);
        return step?.code.startsWith('write-') && step;
      });
      expect(waiting.state).toBe('pending');
      expect(await scene.revisions('myapp')).toBe(1);
      expect((await scene.history.workload(scene.id('myapp')))?.digests.app?.rolledOut).not.toBe(pushed);

      await allow();
      await scene.rolledOut('myapp', pushed);
      expect(await scene.rollouts('myapp')).toHaveLength(1);
      expect(await scene.revisions('myapp')).toBe(2);
    });

    it('(h) 429 with Retry-After: that host is left alone until then, and no other waits', async () => {
      const { scene } = play;
      const names = numbered('limited', 10);
      for (const name of names) {
        await scene.pushTo(limited, name, 'latest');
        const image = `${limitedHost}/${scene.namespace}/${name}:latest`;
        await scene.deploy({ name, image, annotations: every('1s') });
      }
      await Promise.all(names.map(scene.settled));
      await scene.watching('myapp', { annotations: every('1s') });
      await scene.watched(...names);

      const asks = { method: 'HEAD', path: /\/manifests\/latest$/ };
      const afterMs = 8_000;
      const headers = { 'retry-after': String(afterMs / 1_000) };
      const lift = limited.faults.inject({ ...asks, fault: { type: 'status', status: 429, headers } });
      const refused = () => limited.requests.filter(({ status }) => status === 429);
      const first = await until('the host says that it is too much', () => refused()[0]);
      const pushedThere = await scene.pushTo(limited, 'limited-0', 'latest');
      const pushed = await scene.push('latest');
      await scene.rolledOut('myapp', pushed);
      const told = await until('a workload of that host says why it waits', async () => {
        const check = (await scene.history.workload(scene.id('limited-1')))?.check;
        return check?.code === 'paused' && check;
      });
      expect(told.message).toContain(limitedHost);

      lift();
      const rollout = await scene.rolledOut('limited-0', pushedThere);
      // What was on its way when the host first said so, and nothing until its time had come.
      const from = limited.requests.indexOf(first);
      const asked = limited.requests.slice(from).filter(({ method }) => method === 'HEAD');
      const early = asked.filter(({ time }) => time - first.time < afterMs);
      expect(new Set(early.map(({ status }) => status))).toEqual(new Set([429]));
      expect(early.length).toBeLessThanOrEqual(names.length);
      expect(rollout.createdAt - first.time).toBeGreaterThanOrEqual(afterMs);
      expect(await scene.revisions('limited-0')).toBe(2);
    });

    it('(i) a webhook comes twice beside the poll: one rollout; none for what runs, for a lie or for another tag (law 2)', async () => {
      const { scene } = play;
      const running = await scene.watching('myapp', { annotations: every('1s') });
      hooks = await startHooks(scene);
      const looked = async (...told: readonly [tag: string, digest: string][]) => {
        const from = Date.now();
        const answers = await Promise.all(told.flatMap(([tag, digest]) => hooks?.pushed(tag, digest) ?? []));
        expect(answers.map(({ status }) => status)).toEqual(told.map(() => 202));
        await until('it was looked at twice since', async () => {
          const at = (await scene.history.workload(scene.id('myapp')))?.check?.at ?? 0;
          return at > from + 1_000;
        });
        return (await scene.rollouts('myapp')).length;
      };

      expect(await looked(['latest', running], ['latest', running])).toBe(0);
      expect(await looked(['latest', nowhere])).toBe(0);
      expect(await looked(['other', await scene.push('other')])).toBe(0);

      const pushed = await scene.push('latest');
      await looked(['latest', pushed], ['latest', pushed]);
      await scene.rolledOut('myapp', pushed);
      await looked(['latest', pushed]);
      expect(await scene.rollouts('myapp')).toHaveLength(1);
      expect(await scene.revisions('myapp')).toBe(2);
    });

    it('(i) a webhook is a hint: what it tells of is noticed at once, long before the poll (law 2)', async () => {
      const { scene } = play;
      await scene.watching('myapp', { annotations: every('24h') });
      hooks = await startHooks(scene);

      const pushed = await scene.push('latest');
      await Promise.all([hooks.pushed('latest', pushed), hooks.pushed('latest', pushed)]);
      const rollout = await scene.rolledOut('myapp', pushed);
      await scene.lookedAgain('myapp');

      expect(rollout.trigger).toBe('webhook');
      expect(await scene.rollouts('myapp')).toHaveLength(1);
      const shown = await fetch(`${hooks.url}/api/v1/workloads/${scene.namespace}/deployment/myapp/history`);
      expect(await shown.json()).toMatchObject({ items: [{ state: 'succeeded', trigger: 'webhook' }] });
    });

    it('(j) a registry hangs, from the start on: no other image waits, and each request to it is given up', async () => {
      const { scene } = play;
      await scene.push('latest');
      await scene.deploy({ name: 'good', image: scene.image('latest') });
      await scene.settled('good');
      for (const name of numbered('stuck', 20)) {
        await scene.deploy({ name, image: `${hangingHost}/stuck/${name}:latest`, annotations: every('1s') });
      }
      hanging.faults.inject({ fault: { type: 'hang' } });
      const pushed = await scene.push('latest');
      await scene.startWorker();

      const rollout = await scene.rolledOut('good', pushed);
      const stuck = await scene.history.workload(scene.id('stuck-0'));
      expect(rollout.code).toBe('pushed-while-away');
      expect(stuck?.check?.code ?? 'still hanging').toMatch(/still hanging|timeout|paused/);
      const given = await until('the hanging one is given up', async () => {
        const check = (await scene.history.workload(scene.id('stuck-0')))?.check;
        return check?.error && check;
      });
      expect(given.code).toMatch(/timeout|paused/);
      expect(given.message).toContain(hangingHost);

      const again = await scene.push('latest');
      await scene.ask('good');
      await scene.rolledOut('good', again);
    });

    it('(k) somebody scales meanwhile: kept for each of thirty workloads of one image (law 3)', async () => {
      const { scene } = play;
      const names = numbered('app', 30);
      await scene.push('latest');
      await Promise.all(names.map((name) => scene.deploy({ name, image: scene.image('latest') })));
      await Promise.all(names.map(scene.settled));
      await scene.startWorker();
      await scene.watched(...names);

      const pushed = await scene.push('latest');
      const change = { spec: { replicas: 2 }, metadata: { labels: { team: 'blue' } } };
      await Promise.all(names.flatMap((name) => [scene.ask(name), scene.patch(name, change)]));
      await Promise.all(names.map((name) => scene.rolledOut(name, pushed)));

      const found = await Promise.all(
        names.map(async (name) => {
          const { metadata, spec } = await scene.read(name);
          const { length } = await scene.rollouts(name);
          const { team } = metadata.labels;
          return { name, replicas: spec.replicas, team, rollouts: length, revisions: await scene.revisions(name) };
        }),
      );
      expect(found).toEqual(names.map((name) => ({ name, replicas: 2, team: 'blue', rollouts: 1, revisions: 2 })));
    });
  },
  { mirrors: { [hangingHost]: hanging.url, [limitedHost]: limited.url } },
);

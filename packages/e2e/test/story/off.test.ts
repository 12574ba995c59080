import { startApi } from '@keelson/api';
import { createLogger } from '@keelson/log';
import { expect } from 'vitest';
import { z } from 'zod';
import { onClusters } from '../../src/on-clusters.ts';
import { begin, rollOut, rollOutBad } from '../../src/story.ts';
import type { TestNamespace } from '../../src/test-namespace.ts';
import { waitUntil } from '../../src/wait-until.ts';
import { withoutPolicy } from '../../src/write-path-cases.ts';

const { nobody, images, release, releaseInGit } = withoutPolicy;
const off = z.object({ removed: z.array(z.unknown()), kept: z.array(z.object({ quarantined: z.string() })) });

/** Switches Keelson off for `myapp`, as a user does. */
async function switchOff(ns: TestNamespace) {
  const config = { ...ns.config, listen: { host: '127.0.0.1', port: 0 } };
  const api = await startApi({ config, log: createLogger({ level: 'fatal', name: 'e2e' }) });
  ns.onClose(() => api.stop());
  const url = `${api.url}/api/v1/workloads/${ns.id('myapp')}/off`;
  return async () => off.parse(await (await fetch(url, { method: 'POST' })).json());
}

/** What is on the Deployment and in its owner. */
async function written(ns: TestNamespace): Promise<string> {
  const { metadata, spec } = await ns.read('myapp');
  const owner = await Promise.allSettled([ns.kustomization(), ns.postRenderers()]);
  const lists = owner.map((each) => (each.status === 'fulfilled' ? each.value : undefined));
  const { annotations } = spec.template.metadata;
  return JSON.stringify([metadata.annotations, annotations, spec.template.spec.containers[0]?.image, lists]);
}

onClusters(
  'a workload for which a user switches Keelson off',
  (it, cluster) => {
    const rows = [nobody, images, release, ...(cluster === 'simulated' ? [releaseInGit] : [])];
    it.for(rows)(
      'off keeps a rollback written by $title while the tag means a bad image, and removes all of it after the next push (laws 7 and 16)',
      async (path, { ns }) => {
        const owner = await begin(ns, path);
        const good = await rollOut(ns);
        const bad = await rollOutBad(ns);
        await ns.reached('myapp', 'succeeded', good, 'rollback');
        await ns.stateSaved('myapp');
        const request = await switchOff(ns);

        const first = await request();
        expect(first.kept).toMatchObject([{ quarantined: bad }]);
        expect(first.removed).toEqual([]);
        await ns.checkedAgain('myapp');
        await owner.pass();
        expect(await written(ns)).toContain(good);
        await ns.runs('myapp', good);

        const fixed = await ns.push('latest');
        await ns.checkedAgain('myapp');
        const second = await request();
        expect(second.kept).toEqual([]);
        await waitUntil('nothing of ours is left', async () => {
          const text = await written(ns);
          return !text.includes('keelson.sh') && !text.includes(good);
        });
        await owner.pass();
        await ns.runs('myapp', fixed);

        const image = ns.image('latest');
        const count = (await ns.rollouts('myapp')).length;
        await ns.push('latest');
        await ns.checkedAgain('myapp');
        for (const _ of [1, 2]) expect(await owner.pass()).toEqual({});
        expect((await ns.read('myapp')).spec.template.spec.containers[0]?.image).toBe(image);
        expect(await ns.rollouts('myapp')).toHaveLength(count);
      },
    );
  },
  { flux: true },
);

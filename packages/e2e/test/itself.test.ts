import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { badImages } from '../src/bad-images.ts';
import { onStages } from '../src/on-stages.ts';
import { until } from '../src/until.ts';

const shipped = new URL('../../../infrastructure/keelson/worker.yaml', import.meta.url);
const name = 'keelson-worker';
const status = z.object({
  spec: z.object({ replicas: z.number() }),
  status: z.object({ availableReplicas: z.number().default(0) }),
});

onStages(
  "Keelson's own worker, as it is shipped",
  (play) => {
    it('is rolled out and back like any other, and never without a pod that works', async () => {
      const { scene, stage } = play;
      const { kube } = stage;
      const path = `/apis/apps/v1/namespaces/${scene.namespace}/deployments`;
      await kube.request({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: scene.namespace } } });
      const account = { metadata: { name: 'keelson' } };
      const accounts = `/api/v1/namespaces/${scene.namespace}/serviceaccounts`;
      if (play.kind === 'real') await kube.request({ method: 'POST', path: accounts, body: account });
      const first = await scene.push('latest');
      await kube.request({ method: 'POST', path, body: parse(await readFile(shipped, 'utf8')) });
      await scene.settled(name);
      await scene.startWorker();
      await scene.watched(name);

      const available = new Set<number>();
      const look = async () => {
        const { spec, status: seen } = status.parse(await kube.request({ path: `${path}/${name}` }));
        available.add(seen.availableReplicas - spec.replicas);
      };
      const good = await scene.push('latest');
      await scene.ask(name);
      await until('the good one is in', async () => {
        await look();
        const [newest] = await scene.rollouts(name);
        return newest?.state === 'succeeded' && newest.changes.some(({ to }) => to.digest === good);
      });
      const bad = await scene.push('latest', badImages['a crash'].labels);
      await scene.ask(name);
      await until('the bad one is out', async () => {
        await look();
        const [newest] = await scene.rollouts(name);
        return newest?.kind === 'rollback' && newest.state === 'succeeded';
      });

      expect(first).not.toBe(good);
      expect(await scene.serving(name)).toEqual([good]);
      expect(await scene.quarantined(name)).toEqual([bad]);
      expect(Math.min(...available)).toBe(0);
    });
  },
  { namespace: 'keelson', repository: 'cmunroe/ops/keelson-worker' },
);

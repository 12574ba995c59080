import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { badImages } from '../src/bad-images.ts';
import { onClusters } from '../src/on-clusters.ts';
import { waitUntil } from '../src/wait-until.ts';

const shipped = new URL('../../../infrastructure/keelson/worker.yaml', import.meta.url);
const name = 'keelson-worker';
const status = z.object({
  spec: z.object({ replicas: z.number() }),
  status: z.object({ availableReplicas: z.number().default(0) }),
});

onClusters(
  "Keelson's own worker, as it is shipped",
  (it, cluster) => {
    it("Keelson's own worker is rolled out and back like any other workload, and always has an available pod", async ({
      env,
      ns,
    }) => {
      const { kube } = env;
      const path = `/apis/apps/v1/namespaces/${ns.name}/deployments`;
      await kube.request({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name: ns.name } } });
      const account = { metadata: { name: 'keelson' } };
      const accounts = `/api/v1/namespaces/${ns.name}/serviceaccounts`;
      if (cluster === 'real') await kube.request({ method: 'POST', path: accounts, body: account });
      const first = await ns.push('latest');
      await kube.request({ method: 'POST', path, body: parse(await readFile(shipped, 'utf8')) });
      await ns.available(name);
      await ns.startWorker();
      await ns.checked(name);

      const available = new Set<number>();
      const record = async () => {
        const { spec, status: seen } = status.parse(await kube.request({ path: `${path}/${name}` }));
        available.add(seen.availableReplicas - spec.replicas);
      };
      const good = await ns.push('latest');
      await ns.check(name);
      await waitUntil('the good push is rolled out', async () => {
        await record();
        const [newest] = await ns.rollouts(name);
        return newest?.state === 'succeeded' && newest.changes.some(({ to }) => to.digest === good);
      });
      const bad = await ns.push('latest', badImages['a crash'].labels);
      await ns.check(name);
      await waitUntil('the bad push is rolled back', async () => {
        await record();
        const [newest] = await ns.rollouts(name);
        return newest?.kind === 'rollback' && newest.state === 'succeeded';
      });

      expect(first).not.toBe(good);
      expect(await ns.serving(name)).toEqual([good]);
      expect(await ns.quarantined(name)).toEqual([bad]);
      expect(Math.min(...available)).toBe(0);
    });
  },
  { namespace: 'keelson', repository: 'cmunroe/ops/keelson-worker' },
);

import { isUnderWay } from '@keelson/history';
import { z } from 'zod';
import { badImages } from './bad-images.ts';
import { deployment, exampleAnnotations } from './manifests.ts';
import type { TestNamespace } from './test-namespace.ts';
import { waitUntil } from './wait-until.ts';

const pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({ containers: z.array(z.object({ image: z.string() })) }),
    }),
  ),
});

type Labels = Readonly<Record<string, string>>;

/** What somebody claims who may write objects in one namespace and no other. */
export interface Claims {
  /** Of the Deployment `myapp`, as the controller of another one's owner would write them. */
  readonly labels: Labels;
  /** Of it as well. @default only those with which Keelson follows it */
  readonly annotations?: Labels;
}

/** A tenant with a Deployment `myapp` of an own image in an own namespace, which the workers of `ns` follow as well. */
export async function openTenant(ns: TestNamespace, { labels, annotations = {} }: Claims) {
  const { kube } = ns.env;
  const name = `${ns.name}-tenant`;
  const id = `${name}/deployment/myapp`;
  const path = `/apis/apps/v1/namespaces/${name}/deployments/myapp`;
  const podsPath = `/api/v1/namespaces/${name}/pods`;
  const push = (more?: Labels) => ns.pushTo(ns.env.registry, 'tenant', 'latest', more);
  await kube.request({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } });
  ns.onClose(() => kube.request({ method: 'DELETE', path: `/apis/apps/v1/namespaces/${name}/deployments` }));

  return {
    id,
    /** Makes the Deployment, without a tag. */
    deploy: async (): Promise<void> => {
      await push();
      const image = ns.image('latest').replace(`${ns.repository}:latest`, `${ns.name}/tenant`);
      const body = deployment({
        namespace: name,
        name: 'myapp',
        image,
        labels,
        annotations: { ...exampleAnnotations, ...annotations },
      });
      await kube.request({ method: 'POST', path: `/apis/apps/v1/namespaces/${name}/deployments`, body });
    },
    startWorker: () => ns.startWorker({ config: { ...ns.config, namespaces: [ns.name, name] } }),
    warnings: async () => (await ns.history.workload(id))?.record.warnings.map(({ code }) => code) ?? [],
    /** A push that is rolled out, and one that crashes and is rolled back. Returns the rollback. */
    pushGoodAndBad: async () => {
      await waitUntil('the tenant was checked', async () => (await ns.history.workload(id))?.check !== undefined);
      const good = await push();
      await ns.checkById(id);
      await ns.reachedById(id, 'succeeded', good);
      const bad = await push(badImages['a crash'].labels);
      await ns.checkById(id);
      await ns.reachedById(id, 'failed', bad);
      return ns.reachedById(id, 'succeeded', good, 'rollback');
    },
    /** A push whose pods get another image than the pinned one while they are verified. Returns once there is a verdict, if only that nobody knows what they run. */
    pushAndChangePods: async (image: string): Promise<void> => {
      const digest = await push();
      await ns.checkById(id);
      const pinned = await waitUntil('its new pods are pinned', async () => {
        const { items } = pods.parse(await kube.request({ path: podsPath }));
        const found = items.filter(({ spec }) => spec.containers.some((each) => each.image.endsWith(digest)));
        return found.length > 0 && found;
      });
      const body = { spec: { containers: [{ name: 'app', image }] } };
      const contentType = 'application/strategic-merge-patch+json';
      for (const { metadata } of pinned) {
        await kube.request({ method: 'PATCH', path: `${podsPath}/${metadata.name}`, contentType, body });
      }
      await waitUntil('there is a verdict', async () => {
        const { items } = await ns.history.rollouts({ workload: id });
        return items.some(({ changes, state }) => !isUnderWay(state) && changes[0]?.to.digest === digest);
      });
    },
    remove: () => kube.request({ method: 'DELETE', path, body: { propagationPolicy: 'Background' } }),
  };
}

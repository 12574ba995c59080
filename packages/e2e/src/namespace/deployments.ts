import type { KubeHttp } from '@keelson/kube';
import { z } from 'zod';
import type { DeploymentOptions } from '../manifests.ts';
import { deployment } from '../manifests.ts';
import { waitUntil } from '../wait-until.ts';

const container = z.object({ name: z.string(), image: z.string(), env: z.array(z.unknown()).default([]) });
const annotations = z.record(z.string(), z.string()).default({});
const deploymentSchema = z.object({
  metadata: z.object({
    uid: z.string(),
    generation: z.number(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations,
    managedFields: z.array(z.looseObject({ manager: z.string() })).default([]),
  }),
  spec: z.object({
    replicas: z.number(),
    template: z.object({
      metadata: z.object({ annotations }),
      spec: z.object({ containers: z.array(container) }),
    }),
  }),
  status: z.object({
    observedGeneration: z.number().optional(),
    replicas: z.number().default(0),
    updatedReplicas: z.number().default(0),
    availableReplicas: z.number().default(0),
  }),
});

const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ uid: z.string(), name: z.string(), deletionTimestamp: z.string().optional() }),
      spec: z.object({ containers: z.array(container) }),
      status: z.object({
        containerStatuses: z.array(z.object({ name: z.string(), imageID: z.string(), ready: z.boolean() })).default([]),
      }),
    }),
  ),
});

export type Deployment = z.output<typeof deploymentSchema>;
export type Pod = z.output<typeof podList>['items'][number];

const merge = 'application/merge-patch+json';

/** The Deployments of one namespace, and the pods of each, whose label `app` is the Deployment's name. */
export function deploymentsIn(kube: KubeHttp, namespace: string) {
  const path = (name = '') => `/apis/apps/v1/namespaces/${namespace}/deployments${name === '' ? '' : `/${name}`}`;

  const deployments = {
    deploy: async (options: Omit<DeploymentOptions, 'namespace'>): Promise<void> => {
      await kube.request({ method: 'POST', path: path(), body: deployment({ namespace, ...options }) });
    },

    read: async (name: string): Promise<Deployment> => deploymentSchema.parse(await kube.request({ path: path(name) })),

    /** Writes into a Deployment as this field manager. */
    patchAs: (fieldManager: string, name: string, body: unknown, contentType = merge) =>
      kube.request({ method: 'PATCH', path: path(name), query: { fieldManager }, contentType, body }),

    patch: (name: string, body: unknown, contentType = merge) =>
      deployments.patchAs('somebody', name, body, contentType),

    remove: (name: string) =>
      kube.request({ method: 'DELETE', path: path(name), body: { propagationPolicy: 'Foreground' } }),

    /** Deletes all of them, and their pods; waits for neither. */
    removeAll: () => kube.request({ method: 'DELETE', path: path(), body: { propagationPolicy: 'Background' } }),

    /** Those that are not being deleted. */
    pods: async (name: string): Promise<readonly Pod[]> => {
      const query = { labelSelector: `app=${name}` };
      const { items } = podList.parse(await kube.request({ path: `/api/v1/namespaces/${namespace}/pods`, query }));
      return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    },

    /** The digests that ready containers of a Deployment's pods run, each once. */
    serving: async (name: string): Promise<readonly string[]> => {
      const found = await deployments.pods(name);
      const ready = found.flatMap(({ status }) => status.containerStatuses.filter((each) => each.ready));
      return [...new Set(ready.map(({ imageID }) => imageID.slice(imageID.indexOf('sha256:'))))];
    },

    isAvailable: async (name: string): Promise<boolean> => {
      const { metadata, spec, status } = await deployments.read(name);
      return status.observedGeneration === metadata.generation && status.availableReplicas === spec.replicas;
    },

    /** All pods of the newest revision are available. */
    available: (name: string) => waitUntil(`${name} is available`, () => deployments.isAvailable(name)),

    /** No pod of a Deployment is old, and none is on its way: no node pulls by itself what is pushed from now on. */
    complete: (name: string) =>
      waitUntil(`${name} is complete`, async () => {
        const { metadata, spec, status } = await deployments.read(name);
        const { replicas, updatedReplicas, availableReplicas } = status;
        const observed = status.observedGeneration === metadata.generation;
        return observed && [replicas, updatedReplicas, availableReplicas].every((count) => count === spec.replicas);
      }),

    /** All pods of a Deployment are ready with this digest, and there is no other pod. */
    runs: (name: string, digest: string) =>
      waitUntil(`the pods of ${name} run ${digest}`, async () => {
        const [{ spec }, found] = await Promise.all([deployments.read(name), deployments.pods(name)]);
        const good = found.filter(({ status }) =>
          status.containerStatuses.some((each) => each.name === 'app' && each.ready && each.imageID.endsWith(digest)),
        );
        return found.length === spec.replicas && good.length === spec.replicas;
      }),

    /**
     * How many pod templates this Deployment has had, as its controller counts them: 1 when nobody but its author wrote one. Unlike its
     * generation it does not rise with annotations and scaling.
     */
    revisions: (name: string) =>
      waitUntil(`the controller has observed ${name}`, async () => {
        const { metadata, status } = await deployments.read(name);
        const revision = Number(metadata.annotations['deployment.kubernetes.io/revision']);
        return status.observedGeneration === metadata.generation && revision > 0 && revision;
      }),

    /** The fields that managedFields records as Keelson's, as JSON. */
    ownFields: async (name: string): Promise<string> => {
      const { managedFields } = (await deployments.read(name)).metadata;
      return JSON.stringify(
        managedFields.filter(({ manager }) => manager === 'keelson').map((each) => each['fieldsV1']),
      );
    },
  };
  return deployments;
}

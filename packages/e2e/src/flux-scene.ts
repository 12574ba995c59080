import { isDeepStrictEqual } from 'node:util';
import type { Rollout } from '@keelson/history';
import { z } from 'zod';
import type { Ground } from './on-clusters.ts';
import type { Scene } from './scene.ts';
import { openScene } from './scene.ts';
import { until } from './until.ts';

const container = z.object({ name: z.string(), image: z.string(), env: z.array(z.unknown()).default([]) });
const deployment = z.object({
  metadata: z.object({
    uid: z.string(),
    generation: z.number(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
    managedFields: z.array(z.looseObject({ manager: z.string() })).default([]),
  }),
  spec: z.object({
    replicas: z.number(),
    template: z.object({
      metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
      spec: z.object({ containers: z.array(container) }),
    }),
  }),
});
const pods = z.object({
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
const kustomization = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({ images: z.array(z.unknown()).default([]), patches: z.array(z.unknown()).default([]) }),
});

const stateAnnotation = 'keelson.sh/state';
const state = z.object({
  digests: z.record(z.string(), z.unknown()).exactOptional(),
  quarantine: z.array(z.unknown()).exactOptional(),
});

const progress = z.object({
  metadata: z.object({ generation: z.number() }),
  spec: z.object({ replicas: z.number() }),
  status: z.object({
    observedGeneration: z.number(),
    replicas: z.number(),
    updatedReplicas: z.number(),
    availableReplicas: z.number(),
  }),
});

type Pod = z.output<typeof pods>['items'][number];

/** A scene that several may have side by side on one ground. Its Kustomization has the name of its namespace. */
export type FluxScene = Awaited<ReturnType<typeof openFluxScene>>;

export async function openFluxScene({ stage, nodes, flux }: Ground) {
  const scene: Scene = await openScene(stage);
  const { namespace } = scene;
  const { kube } = stage;
  const path = (name: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
  const more = {
    nodes,
    flux,

    /** The whole of a Deployment that is read here. */
    live: async (name: string) => deployment.parse(await kube.request({ path: path(name) })),

    pods: async (name: string): Promise<readonly Pod[]> => {
      const query = { labelSelector: `app=${name}` };
      const { items } = pods.parse(await kube.request({ path: `/api/v1/namespaces/${namespace}/pods`, query }));
      return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    },

    /** No pod of a Deployment is old, and none is on its way: what is pushed from now on, no node pulls by itself. */
    complete: (name: string) =>
      until(`${name} is complete`, async () => {
        const { metadata, spec, status } = progress.parse(await kube.request({ path: path(name) }));
        const { replicas, updatedReplicas, availableReplicas } = status;
        const seen = status.observedGeneration === metadata.generation;
        return seen && [replicas, updatedReplicas, availableReplicas].every((count) => count === spec.replicas);
      }),

    /** All pods of a Deployment are ready with this digest, and there is no other one. */
    runs: (name: string, digest: string) =>
      until(`the pods of ${name} run ${digest}`, async () => {
        const [{ spec }, found] = await Promise.all([more.live(name), more.pods(name)]);
        const good = found.filter(({ status }) =>
          status.containerStatuses.some((each) => each.name === 'app' && each.ready && each.imageID.endsWith(digest)),
        );
        return found.length === spec.replicas && good.length === spec.replicas;
      }),

    /**
     * The workload's own annotation says what is known of its digests and its quarantine. It is written after a rollout came to its end, and
     * like every annotation of a Deployment it raises the generation, so whoever counts generations waits for it.
     */
    mirrored: (name: string) =>
      until(`${name} carries what is known of it`, async () => {
        const [{ metadata }, known] = await Promise.all([more.live(name), scene.history.workload(scene.id(name))]);
        const { digests = {}, quarantine = [] } = state.parse(
          JSON.parse(metadata.annotations[stateAnnotation] ?? '{}'),
        );
        const written = Object.entries(known?.digests ?? {}).filter(([, record]) => record.written);
        return (
          known !== undefined &&
          known.active === undefined &&
          isDeepStrictEqual(digests, Object.fromEntries(written)) &&
          isDeepStrictEqual(quarantine, known.quarantine)
        );
      }),

    /** What the Kustomization carries beside what git says of it. */
    async kustomization() {
      const at = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/${namespace}`;
      const { metadata, spec } = kustomization.parse(await kube.request({ path: at }));
      return { ...spec, pins: metadata.annotations['keelson.sh/pins'] };
    },

    /** A rollout of this kind to this digest that came to this end. */
    came: (name: string, state: Rollout['state'], digest: string, kind: Rollout['kind'] = 'update') =>
      until(`${kind} of ${name} to ${digest} ${state}`, async () => {
        const found = (await scene.rollouts(name)).find(
          (each) => each.kind === kind && each.changes.some(({ to }) => to.digest === digest),
        );
        return found?.state === state && found;
      }),

    /** The fields that Keelson is recorded for in managedFields, as JSON. */
    ours: async (name: string) => {
      const { managedFields } = (await more.live(name)).metadata;
      return JSON.stringify(
        managedFields.filter(({ manager }) => manager === 'keelson').map((each) => each['fieldsV1']),
      );
    },

    /** What another manager writes into a Deployment. */
    write: (name: string, fieldManager: string, body: unknown, contentType = 'application/merge-patch+json') =>
      kube.request({ method: 'PATCH', path: path(name), query: { fieldManager }, contentType, body }),

    async [Symbol.asyncDispose]() {
      await scene.close();
    },
  };
  return { ...scene, ...more };
}

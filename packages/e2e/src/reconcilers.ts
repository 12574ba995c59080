import { isDeepStrictEqual } from 'node:util';
import type { KubeHttp } from '@keelson/kube';
import type { Flux, KubeManifest } from '@keelson/simulator';
import { z } from 'zod';

/** Whoever makes a cluster be what git says. */
export interface Reconciler {
  /** From now on git says this, and the cluster is made so. */
  commit(manifests: readonly KubeManifest[]): Promise<void>;
  /** Once more; answers the names of the Deployments that it wrote, each with what it did. */
  pass(): Promise<Readonly<Record<string, string>>>;
}

const object = z.object({ spec: z.unknown() });
const deployments = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string() }), spec: z.unknown() })),
});

function pathOf({ metadata: { namespace, name } }: KubeManifest): string {
  return `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
}

/**
 * The spec of each Deployment of a namespace, as text. It shows what an owner writes, which the generation does not: Keelson's own annotation
 * raises that as well, at any time after a rollout has ended.
 */
export async function specsOf(kube: KubeHttp, namespace: string): Promise<ReadonlyMap<string, string>> {
  const { items } = deployments.parse(
    await kube.request({ path: `/apis/apps/v1/namespaces/${namespace}/deployments` }),
  );
  return new Map(items.map(({ metadata, spec }) => [metadata.name, JSON.stringify(spec)]));
}

function apply(kube: KubeHttp, manifest: KubeManifest, fieldManager: string): Promise<unknown> {
  return kube.request({
    method: 'PATCH',
    path: pathOf(manifest),
    query: { fieldManager, force: true },
    contentType: 'application/apply-patch+yaml',
    body: manifest,
  });
}

/** A person, once. */
export function byHand(kube: KubeHttp): Reconciler {
  return {
    async commit(manifests) {
      for (const each of manifests) await apply(kube, each, 'kubectl');
    },
    pass: () => Promise.resolve({}),
  };
}

/** Helm's or Argo CD's server-side apply, by force, under its own name. */
export function byApply(kube: KubeHttp, manager: string): Reconciler {
  let git: readonly KubeManifest[] = [];
  const pass = async (): Promise<Readonly<Record<string, string>>> => {
    const written: Record<string, string> = {};
    for (const each of git) {
      const before = object.parse(await kube.request({ path: pathOf(each) }));
      const after = object.parse(await apply(kube, each, manager));
      if (!isDeepStrictEqual(before, after)) written[each.metadata.name] = 'configured';
    }
    return written;
  };
  return {
    async commit(manifests) {
      git = manifests;
      for (const each of git) await apply(kube, each, manager);
    },
    pass,
  };
}

/** A Flux Kustomization of this name. */
export async function byFlux(
  flux: Flux,
  name: string,
  spec: Readonly<Record<string, unknown>> = {},
): Promise<Reconciler> {
  await flux.bootstrap(name, spec);
  const pass = async (): Promise<Readonly<Record<string, string>>> => {
    const [done] = await flux.reconcile(name);
    if (done?.reason !== 'ReconciliationSucceeded') return { [name]: `${done?.reason}: ${done?.message}` };
    const written = Object.entries(done.objects).filter(([, action]) => action !== 'unchanged');
    return Object.fromEntries(written.map(([subject, action]) => [subject.split('/').at(-1) ?? '', action]));
  };
  return {
    async commit(manifests) {
      flux.commit(name, manifests);
      await pass();
    },
    pass,
  };
}

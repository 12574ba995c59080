import type { Flux, KubeManifest } from '@keelson/simulator';
import { startFlux } from '@keelson/simulator';
import { fluxCrds } from '@keelson/testkit';
import { z } from 'zod';
import { deployment } from '../manifests.ts';
import type { TestNamespace } from '../test-namespace.ts';
import type { Name } from './steps.ts';
import { names, tags } from './steps.ts';

const kustomizationName = 'apps';

/** The annotations of both workloads: found soon, and soaked long enough for a late crash to come in the middle. */
export const appAnnotations = {
  'keel.sh/policy': 'force',
  'keel.sh/trigger': 'poll',
  'keel.sh/match-tag': 'true',
  'keel.sh/poll-schedule': '@every 2s',
  'keelson.sh/soak': '2s',
};

/** A workload as its author has it: it says nothing of replicas, so that others may. */
export function authored(ns: TestNamespace, name: Name): KubeManifest {
  const image = ns.image(tags[name]);
  const { spec, ...rest } = deployment({ namespace: ns.name, name, image, annotations: appAnnotations });
  const { replicas: _, ...said } = spec;
  return { ...rest, spec: said };
}

export interface FluxOf {
  readonly reconcile: Flux['reconcile'];
  /** Entries of the Kustomization's spec.images and spec.patches. */
  pins(): Promise<number>;
  stop(): Promise<void>;
}

/** Flux for one ns alone, with both workloads in its git. Reconciles by itself too. */
export async function fluxOf(ns: TestNamespace, intervalMs: number): Promise<FluxOf> {
  const namespace = `${ns.name}-flux`;
  const flux = await startFlux(ns.env.access, { namespace, intervalMs, reacts: true, crds: fluxCrds() });
  await flux.bootstrap(kustomizationName);
  flux.commit(
    kustomizationName,
    names.map((name) => authored(ns, name)),
  );
  await flux.reconcile();
  return {
    reconcile: (...names) => flux.reconcile(...names),
    async pins() {
      const path = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${namespace}/kustomizations/${kustomizationName}`;
      const { spec } = kustomization.parse(await ns.env.kube.request({ path }));
      return spec.images.length + spec.patches.length;
    },
    stop: () => flux.stop(),
  };
}

const kustomization = z.object({
  spec: z.object({ images: z.array(z.unknown()).default([]), patches: z.array(z.unknown()).default([]) }),
});

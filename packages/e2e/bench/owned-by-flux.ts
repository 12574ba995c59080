import type { KubeManifest } from '@keelson/simulator';
import { startFlux, startHelm } from '@keelson/simulator';
import { fluxCrds } from '@keelson/testkit';
import { inGit } from '../src/in-git.ts';
import { every, exampleAnnotations } from '../src/manifests.ts';
import type { TestNamespace } from '../src/test-namespace.ts';

/** Workloads that one Kustomization or HelmRelease applies, by a controller of their own. */
export interface Owned {
  readonly kind: OwnerKind;
  readonly names: readonly string[];
  stop(): Promise<void>;
}

export type OwnerKind =
  | 'spec.images'
  | 'spec.patches'
  | 'spec.images, shared'
  | 'spec.postRenderers'
  | 'spec.patches, beside its HelmRelease';

const intervalMs = 1_000;
const below = (ms: number): number => Math.floor(Math.random() * ms);

/** Of an image in a registry that no test uses: git owns the list, so that Keelson's entry has to go elsewhere. */
const images = [{ name: 'other.test/app', newTag: 'v1' }];

/**
 * Applies them as git has them, and goes on at an interval of one second. A pass of kustomize-controller stands still for up to 1.5 seconds after it
 * has read its Kustomization, and again after it has applied; one of helm-controller for up to 0.1 seconds before each of its requests.
 */
export async function ownedByFlux(
  ns: TestNamespace,
  kind: OwnerKind,
  names: readonly string[],
  imageOf: (name: string) => string,
): Promise<Owned> {
  const namespace = `${ns.name}-${names[0]}`;
  const { access } = ns.env;
  // Checks are requested after each push.
  const annotations = { ...exampleAnnotations, ...every('1h') };
  const manifests: readonly KubeManifest[] = names.map((name) =>
    inGit({ namespace: ns.name, name, image: imageOf(name), annotations }),
  );
  const isInGit = kind === 'spec.patches, beside its HelmRelease';
  const pauses = () => ({ beforeApply: below(1_500), beforeEnd: below(1_500) });
  const startKustomizations = () =>
    startFlux(access, { namespace, intervalMs, reacts: true, pauses, crds: fluxCrds() });
  if (kind === 'spec.postRenderers' || isInGit) {
    const pause = () => below(100);
    const helm = await startHelm(access, {
      namespace,
      watchMs: 100,
      intervalMs,
      pauseMs: 500,
      pause,
      crds: fluxCrds(),
    });
    const spec = { interval: '1s', driftDetection: { mode: 'enabled' } };
    const flux = isInGit ? await startKustomizations() : undefined;
    if (flux) {
      const sourceRef = { kind: 'GitRepository', name: 'flux-system' };
      await flux.bootstrap('apps', { interval: '1s' });
      flux.commit('apps', {
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        kind: 'HelmRelease',
        metadata: { name: 'apps', namespace },
        spec: { ...spec, chart: { spec: { chart: './chart', sourceRef } }, postRenderers: [{ kustomize: { images } }] },
      });
      await flux.reconcile('apps');
    } else await helm.bootstrap('apps', spec);
    helm.chart('apps', manifests);
    return {
      kind,
      names,
      async stop() {
        await flux?.stop();
        await helm.stop();
      },
    };
  }
  const flux = await startKustomizations();
  await flux.bootstrap('apps', { interval: '1s', ...(kind === 'spec.patches' && { images }) });
  flux.commit('apps', manifests);
  return { kind, names, stop: () => flux.stop() };
}

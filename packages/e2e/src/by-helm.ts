import type { KubeManifest } from '@keelson/simulator';
import { startFlux, startHelm } from '@keelson/simulator';
import { fluxCrds } from '@keelson/testkit';
import type { Reconciler } from './reconcilers.ts';
import { specsOf } from './reconcilers.ts';
import type { TestNamespace } from './test-namespace.ts';

type Spec = Readonly<Record<string, unknown>>;

/** Soon enough for a test to wait for an upgrade that Keelson's entry causes. */
const times = { watchMs: 100, pollMs: 100, pauseMs: 200 };

/** Its passes write these Deployments. */
function written(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> {
  const changed = [...after].filter(([name, spec]) => before.get(name) !== spec);
  return Object.fromEntries(changed.map(([name]) => [name, 'configured']));
}

/** A Flux HelmRelease, named after the namespace, of a helm-controller that watches it. */
export async function byHelm(ns: TestNamespace, spec: Spec = {}): Promise<Reconciler> {
  const { access, kube } = ns.env;
  const helm = await startHelm(access, { ...times, crds: fluxCrds() });
  ns.onClose(() => helm.stop());
  await helm.bootstrap(ns.name, spec);
  return reconcilerOf(ns, {
    kube,
    commit: (manifests) => helm.chart(ns.name, manifests),
    pass: () => helm.reconcile(ns.name),
  });
}

/** The same, where the HelmRelease is in the git of a Kustomization of that name, with post-renderers of its own. */
export async function byHelmInGit(ns: TestNamespace, postRenderers: readonly Spec[]): Promise<Reconciler> {
  const { access, kube } = ns.env;
  const flux = await startFlux(access, { reacts: true, crds: fluxCrds() });
  const helm = await startHelm(access, { ...times, crds: fluxCrds() });
  ns.onClose(async () => {
    await flux.stop();
    await helm.stop();
  });
  const sourceRef = { kind: 'GitRepository', name: 'flux-system' };
  await flux.bootstrap(ns.name);
  flux.commit(ns.name, {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: ns.name, namespace: 'flux-system' },
    spec: { interval: '10m', chart: { spec: { chart: './chart', sourceRef } }, postRenderers },
  });
  await flux.reconcile(ns.name);
  return reconcilerOf(ns, {
    kube,
    commit: (manifests) => helm.chart(ns.name, manifests),
    pass: async () => {
      await flux.reconcile(ns.name);
      await helm.reconcile(ns.name);
    },
  });
}

interface Controllers {
  readonly kube: TestNamespace['env']['kube'];
  readonly commit: (manifests: readonly KubeManifest[]) => void;
  readonly pass: () => Promise<unknown>;
}

function reconcilerOf({ name }: TestNamespace, { kube, commit, pass }: Controllers): Reconciler {
  return {
    async commit(manifests) {
      commit(manifests);
      await pass();
    },
    async pass() {
      const before = await specsOf(kube, name);
      await pass();
      return written(before, await specsOf(kube, name));
    },
  };
}

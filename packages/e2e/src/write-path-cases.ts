import type { WritePathName } from '@keelson/core';
import { writePathNames } from '@keelson/core';
import { byHelm, byHelmInGit } from './by-helm.ts';
import type { Reconciler } from './reconcilers.ts';
import { byApply, byFlux, byHand } from './reconcilers.ts';
import type { TestNamespace } from './test-namespace.ts';

/** Who owns a workload's fields, and what Keelson then writes. */
export interface WritePathCase {
  readonly title: string;
  reconciler(ns: TestNamespace): Promise<Reconciler> | Reconciler;
  /** What git's manifests carry for it. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** The path by which a good push is written, a rollback, and the good push that follows. */
  readonly paths: readonly [forward: WritePathName, back: WritePathName, onward: WritePathName];
  /** Whether the owner leaves the rollback alone. */
  readonly lasts: boolean;
  /** The list of the Kustomization, or of the HelmRelease, in which a rollback stands. */
  readonly list?: 'images' | 'patches' | 'postRenderers';
  /** Of a warning that the workload has from the beginning. */
  readonly warning?: string;
}

const argoAnnotations = { 'argocd.argoproj.io/tracking-id': 'web:apps/Deployment:web/web' };
const podPinPaths = ['template-annotation', 'template-annotation', 'template-annotation'] as const;
const helmPaths = ['template-annotation', 'flux-helmrelease', 'flux-helmrelease'] as const;
const fluxPaths = ['template-annotation', 'flux-kustomization', 'flux-kustomization'] as const;

const byKustomization = (spec?: Readonly<Record<string, unknown>>) => (ns: TestNamespace) =>
  byFlux(ns.env.flux(), ns.name, spec);

/** Where the cluster has the admission policy. */
export const withPolicy = {
  nobody: {
    title: 'the pod pin, where manifests are just applied again',
    reconciler: ({ env }) => byApply(env.kube, 'kubectl'),
    paths: podPinPaths,
    lasts: true,
  },
  kustomization: {
    title: 'the pod pin, under a Flux Kustomization',
    reconciler: byKustomization(),
    paths: podPinPaths,
    lasts: true,
  },
  helm: {
    title: 'the pod pin, under a Flux HelmRelease',
    reconciler: (ns) => byHelm(ns, { driftDetection: { mode: 'enabled' } }),
    paths: podPinPaths,
    lasts: true,
  },
  argo: {
    title: 'the pod pin, under Argo CD',
    reconciler: ({ env }) => byApply(env.kube, 'argocd-controller'),
    annotations: argoAnnotations,
    paths: podPinPaths,
    lasts: true,
  },
} as const satisfies Readonly<Record<string, WritePathCase>>;

/** Where it has not. */
export const withoutPolicy = {
  nobody: {
    title: 'the image itself, where nobody reconciles it',
    reconciler: ({ env }) => byHand(env.kube),
    paths: ['image-pin', 'image-pin', 'image-pin'],
    lasts: true,
  },
  images: {
    title: 'spec.images of its Kustomization',
    reconciler: byKustomization(),
    paths: fluxPaths,
    lasts: true,
    list: 'images',
  },
  patches: {
    title: 'spec.patches of its Kustomization, whose spec.images git owns',
    reconciler: byKustomization({ images: [{ name: 'other.test/app', newTag: 'v1' }] }),
    paths: fluxPaths,
    lasts: true,
    list: 'patches',
  },
  release: {
    title: 'spec.postRenderers of its HelmRelease',
    reconciler: (ns) => byHelm(ns, { driftDetection: { mode: 'enabled' } }),
    paths: helmPaths,
    lasts: true,
    list: 'postRenderers',
  },
  releaseInGit: {
    title: 'spec.patches, beside its HelmRelease',
    reconciler: (ns) => byHelmInGit(ns, [{ kustomize: { images: [{ name: 'other.test/app', newTag: 'v1' }] } }]),
    paths: helmPaths,
    lasts: true,
  },
  argo: {
    title: 'the image itself, under Argo CD',
    reconciler: ({ env }) => byApply(env.kube, 'argocd-controller'),
    annotations: argoAnnotations,
    paths: ['template-annotation', 'image-nudge', 'image-nudge'],
    lasts: false,
    warning: 'may-be-reverted',
  },
} as const satisfies Readonly<Record<string, WritePathCase>>;

type CaseOf<Cases extends Readonly<Record<string, WritePathCase>>> = Cases[keyof Cases]['paths'][number];

/** `flux-hold` has stories of its own, in test/story/next-path.test.ts. */
type PathWithStory = CaseOf<typeof withPolicy> | CaseOf<typeof withoutPolicy> | 'flux-hold';

// Breaks the build while a write path of the list has no story.
writePathNames satisfies readonly PathWithStory[];

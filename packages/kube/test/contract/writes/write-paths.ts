import type { WorkloadKind, WritePathFacts, WritePathName } from '@keelson/core';
import { writePathNames, writePaths } from '@keelson/core';
import type { WritesOptions } from '../../../src/index.ts';
import { createWrites } from '../../../src/index.ts';
import type { Workload } from '../../../src/types.ts';
import type { Direction, PathOptions, WritePath } from '../../../src/write/types.ts';
import type { Given } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { flux, fluxLabels } from './flux.ts';
import { helm, helmLabels } from './helm.ts';
import { subject } from './subject.ts';

/** How Keelson comes to choose a write path. */
interface Choice {
  readonly direction: Direction;
  readonly options?: PathOptions;
  /** Whose the workload is. */
  readonly owned: (namespace: string) => Pick<Given, 'labels' | 'annotations'>;
  /** Keys of `metadata.annotations` that this path writes. */
  readonly annotationKeys?: readonly string[];
}

const skippedKeys = ['keelson.sh/flux-hold-until', 'kustomize.toolkit.fluxcd.io/reconcile'];

const choices: Readonly<Record<WritePathName, Choice>> = {
  'image-pin': { direction: 'back', owned: () => ({}) },
  'template-annotation': { direction: 'forward', owned: (namespace) => ({ labels: fluxLabels(namespace) }) },
  'flux-kustomization': {
    direction: 'back',
    owned: (namespace) => ({ labels: fluxLabels(namespace) }),
    annotationKeys: skippedKeys,
  },
  'flux-helmrelease': { direction: 'back', owned: (namespace) => ({ labels: helmLabels(namespace) }) },
  'image-nudge': {
    direction: 'back',
    owned: () => ({ labels: { 'argocd.argoproj.io/instance': 'shop' } }),
  },
  'flux-hold': {
    direction: 'back',
    options: { rejected: ['flux-kustomization'], holdMs: 60_000 },
    owned: (namespace) => ({ labels: fluxLabels(namespace) }),
    annotationKeys: skippedKeys,
  },
};

/** A write path, and the workload that it is chosen for. */
export interface PathCase extends Choice {
  readonly name: WritePathName;
  readonly entryIn: WritePathFacts['entryIn'];
  /** It is for workloads whose owner lists them, which needs a cluster that serves Flux' kinds. */
  readonly needsFlux: boolean;
}

export function pathCase(name: WritePathName): PathCase {
  const needsFlux = choices[name].direction === 'back' && choices[name].owned('any').labels !== undefined;
  return { name, entryIn: writePaths[name].entryIn, needsFlux, ...choices[name] };
}

export const pathCases: readonly PathCase[] = writePathNames.map(pathCase);

export interface Prepared {
  readonly workload: Workload;
  readonly path: WritePath;
}

/** Makes the workload of a case in a namespace of its own, and chooses its path as Keelson does. */
export function prepare(harness: () => Harness) {
  const { givenIn } = subject(harness);
  const { make } = flux(harness);
  const { make: makeRelease } = helm(harness);
  return async (
    { direction, options: choice, owned, entryIn, needsFlux }: PathCase,
    kind: WorkloadKind = 'Deployment',
    what: Given = {},
    options: WritesOptions = {},
  ): Promise<Prepared> => {
    const namespace = await harness().namespace();
    const given = owned(namespace);
    if (entryIn === 'HelmRelease') await makeRelease(namespace);
    else if (needsFlux) await make(namespace);
    const workload = await givenIn(namespace, kind, {
      ...given,
      ...what,
      annotations: { ...given.annotations, ...what.annotations },
    });
    const path = await createWrites(harness().http, options).pathFor(workload, direction, choice);
    return { workload, path };
  };
}

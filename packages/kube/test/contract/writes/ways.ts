import type { WritesOptions } from '../../../src/index.ts';
import { createWrites } from '../../../src/index.ts';
import type { Direction, PathOptions, Workload, WorkloadKind, WritePath, WritePathName } from '../../../src/types.ts';
import type { Given } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import { flux, fluxLabels } from './flux.ts';
import { subject } from './subject.ts';

/** One way of writing, and the workload that it is for. */
export interface Way {
  readonly name: WritePathName;
  readonly direction: Direction;
  readonly options?: PathOptions;
  readonly marks: (namespace: string) => Pick<Given, 'labels' | 'annotations'>;
  readonly kustomization?: true;
  /** Keys of `metadata.annotations` that this way writes. */
  readonly writes?: readonly string[];
}

const holdKeys = ['keelson.sh/flux-hold-until', 'kustomize.toolkit.fluxcd.io/reconcile'];

export const ways: readonly Way[] = [
  { name: 'image-pin', direction: 'back', marks: () => ({}) },
  { name: 'template-annotation', direction: 'forward', marks: (namespace) => ({ labels: fluxLabels(namespace) }) },
  {
    name: 'flux-kustomization',
    direction: 'back',
    marks: (namespace) => ({ labels: fluxLabels(namespace) }),
    kustomization: true,
  },
  {
    name: 'image-nudge',
    direction: 'back',
    marks: () => ({ labels: { 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': 'shop' } }),
  },
  {
    name: 'flux-hold',
    direction: 'back',
    options: { rejected: ['flux-kustomization'], holdMs: 60_000 },
    marks: (namespace) => ({ labels: fluxLabels(namespace) }),
    writes: holdKeys,
  },
];

export function wayOf(name: WritePathName): Way {
  const way = ways.find((each) => each.name === name);
  if (way === undefined) throw new Error(`no way is called ${name}`);
  return way;
}

export interface Prepared {
  readonly workload: Workload;
  readonly path: WritePath;
}

/** Makes the workload of a way, in a namespace of the test's own or in a given one, and chooses its path as Keelson does. */
export function prepare(harness: () => Harness) {
  const { givenIn } = subject(harness);
  const { make } = flux(harness);
  return async (
    way: Way,
    kind: WorkloadKind = 'Deployment',
    what: Given = {},
    options: WritesOptions = {},
  ): Promise<Prepared> => {
    const namespace = await harness().namespace();
    if (way.kustomization) await make(namespace);
    const marks = way.marks(namespace);
    const workload = await givenIn(namespace, kind, {
      ...marks,
      ...what,
      annotations: { ...marks.annotations, ...what.annotations },
    });
    const path = createWrites(harness().http, options).pathFor(workload, way.direction, way.options);
    return { workload, path };
  };
}

/** The facts about one write path that do not depend on the workload. */
export interface WritePathFacts {
  /** The path in records in Redis. Part of the stored format: a letter never changes, and no other path ever gets it. */
  readonly letter: string;
  /** What the path writes, as in the table of docs/rollback.md. */
  readonly writes: string;
  /** How long the owner of the workload keeps what was written. */
  readonly lasts: 'always' | 'until its time' | 'until the owner applies the workload again';
  /** On the way back the image itself carries the digest, against what the owner wants: guard-pins writes it again when the owner reverts it. */
  readonly restoresImage: boolean;
  /** The kind of the owner in which an entry is part of the write. */
  readonly entryIn: 'Kustomization' | 'HelmRelease' | undefined;
}

const list = {
  'image-pin': {
    letter: 'i',
    writes: "the digest in the container's image, where nobody reconciles the workload",
    lasts: 'always',
    restoresImage: false,
    entryIn: undefined,
  },
  'template-annotation': {
    letter: 't',
    writes:
      'the annotation `digest.keelson.sh/<container>` on the pod template. New pods get that digest where the admission policy is installed; elsewhere they pull the tag',
    lasts: 'always',
    restoresImage: false,
    entryIn: undefined,
  },
  'flux-kustomization': {
    letter: 'k',
    writes:
      'an entry in `spec.images` of the owning Kustomization for exactly this `repo:tag` (or in `spec.patches`, as where the Kustomization has objects of several namespaces), and the image in the workload. The next push removes both',
    lasts: 'always',
    restoresImage: true,
    entryIn: 'Kustomization',
  },
  'flux-helmrelease': {
    letter: 'r',
    writes:
      'an entry in `spec.postRenderers` of the owning HelmRelease for exactly this `repo:tag` (where git has such a list, through `spec.patches` of the Kustomization that applies the HelmRelease), and the image in the workload. The next push removes both',
    lasts: 'always',
    restoresImage: true,
    entryIn: 'HelmRelease',
  },
  'image-nudge': {
    letter: 'n',
    writes: 'the image in the workload, although its owner reconciles it. A warning says so',
    lasts: 'until the owner applies the workload again',
    restoresImage: true,
    entryIn: undefined,
  },
  'flux-hold': {
    letter: 'h',
    writes:
      'the image in the workload, and annotations that make Flux skip it for the time of `keelson.sh/flux-hold`. A warning says so',
    lasts: 'until its time',
    restoresImage: false,
    entryIn: undefined,
  },
} as const satisfies Readonly<Record<string, WritePathFacts>>;

export type WritePathName = keyof typeof list;

/**
 * Every write path: the one list of them, in the order in which docs/rollback.md explains them. Types, transition codes, stored letters, contract
 * tests and that table are derived from it, so a new member breaks the build where something about it is missing.
 */
export const writePaths: Readonly<Record<WritePathName, WritePathFacts>> = list;

/** False for a name that only a newer Keelson knows: records in Redis may hold one. */
export function isWritePathName(name: string): name is WritePathName {
  return Object.hasOwn(writePaths, name);
}

/** Every name, in the order of the list. */
export const writePathNames: readonly WritePathName[] = Object.keys(writePaths).filter(isWritePathName);

/** The facts about a path by its name in a record; undefined for a name that only a newer Keelson knows. */
export function writePathFacts(name: string): WritePathFacts | undefined {
  return isWritePathName(name) ? writePaths[name] : undefined;
}

/** The code of the transition that records that what a path wrote was reverted, so that the next path is tried. */
export function revertedCode(path: WritePathName): `reverted-${WritePathName}` {
  return `reverted-${path}`;
}

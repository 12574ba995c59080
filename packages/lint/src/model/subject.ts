import type { Pipeline } from '../ci/pipeline.ts';
import type { KustomizeFile } from '../source/kustomizations.ts';
import type { Thing } from './thing.ts';
import type { LintedWorkload } from './workload.ts';

/** Whether a Secret is there, as far as it could be seen. */
export type SecretState = 'there' | 'missing' | 'unseen';

/** All that is checked: a repository's files, or a cluster's objects. */
export interface Subject {
  readonly origin: 'repository' | 'cluster';
  /** Objects, in the order of their files; parts of objects (patches of kustomize) are left out. */
  readonly things: readonly Thing[];
  readonly workloads: readonly LintedWorkload[];
  readonly kustomizations: readonly KustomizeFile[];
  /** What CI pushes; absent where no pipeline was found. */
  readonly pipeline?: Pipeline;
  /** How each Secret is made, by `namespace/name`: the command that a comment names. */
  readonly secretCommands: ReadonlyMap<string, string>;
  /** Whether a Secret is in the cluster; undefined for a repository. */
  readonly secretState?: (namespace: string, name: string) => SecretState;
}

/** For whom the manifests are: differences between Keel and Keelson matter to those who run Keel, or may. */
export type Reader = 'keel' | 'keelson';

export interface RuleOptions {
  /** Empty: whoever it may be. */
  readonly readers: readonly Reader[];
  /** What CI_REGISTRY_IMAGE stands for, where it is known. */
  readonly registryImage?: string;
}

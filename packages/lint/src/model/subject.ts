import type { Pipeline } from '../ci/pipeline.ts';
import type { WorkflowPush } from '../ci/read-workflows.ts';
import type { KustomizeFile } from '../source/kustomizations.ts';
import type { ManifestObject } from './manifest-object.ts';
import type { LintedWorkload } from './workload.ts';

/** Whether a Secret exists; `unseen`: it may not be read. */
export type SecretState = 'there' | 'missing' | 'unseen';

/** What is linted: a repository's files, or a cluster's objects. */
export interface Subject {
  readonly origin: 'repository' | 'cluster';
  /** Objects, in the order of their files; parts of objects (patches of kustomize) are left out. */
  readonly objects: readonly ManifestObject[];
  readonly workloads: readonly LintedWorkload[];
  readonly kustomizations: readonly KustomizeFile[];
  /** What CI pushes; absent where no pipeline was found. */
  readonly pipeline?: Pipeline;
  /** What GitHub's workflows push. @default nothing */
  readonly workflowPushes?: readonly WorkflowPush[];
  /** The command in a comment that creates a Secret, by `namespace/name`. */
  readonly secretCommands: ReadonlyMap<string, string>;
  /** Whether a Secret exists in the cluster; undefined for a repository. */
  readonly secretState?: (namespace: string, name: string) => SecretState;
}

/** Which program reads the manifests: differences between Keel and Keelson matter to users who run Keel. */
export type Reader = 'keel' | 'keelson';

export interface RuleOptions {
  /** Empty: not known. */
  readonly readers: readonly Reader[];
  /** The value of CI_REGISTRY_IMAGE, where it is known. */
  readonly registryImage?: string;
}

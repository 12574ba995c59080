import type { ApiClient } from '../api-client.ts';
import type { Action } from './apply-object.ts';
import type { Manifest } from './manifest.ts';
import type { ObjectPaths } from './object-paths.ts';
import type { Verdict } from './status.ts';

const group = 'kustomize.toolkit.fluxcd.io';

/** What one pass did with one Kustomization. */
export interface Reconciliation {
  /** `namespace/name` */
  readonly kustomization: string;
  /** Of the condition Ready; `Suspended` and `Missing` where nothing was done. */
  readonly reason: Verdict['reason'] | 'Suspended' | 'Missing';
  readonly message: string;
  /** `Kind/namespace/name` of each object, and what was done about it, as far as it came. */
  readonly objects: Readonly<Record<string, Action>>;
}

/** Why a pass does not come to the manifests at all. */
export interface Unavailable {
  readonly reason: 'ArtifactFailed' | 'DependencyNotReady';
  readonly message: string;
}

/** A Kustomization's git: what is in it, and at which commit. */
export interface Source {
  readonly name: string;
  readonly namespace: string;
  readonly revision: string;
  readonly manifests: readonly Manifest[];
  readonly unavailable?: Unavailable | undefined;
}

export interface Controller {
  readonly api: ApiClient;
  readonly paths: ObjectPaths;
  readonly override: readonly string[];
  /** Ends waits when the controller stops. */
  readonly ending: AbortSignal;
}

export function kustomizationPath({ name, namespace }: Pick<Source, 'name' | 'namespace'>): string {
  return `/apis/${group}/v1/namespaces/${namespace}/kustomizations/${name}`;
}

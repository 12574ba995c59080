import type { Manifest } from '../manifest.ts';
import type { HelmAccess } from './cluster-writes.ts';
import type { ReleaseKey } from './release-path.ts';
import type { Storage } from './storage.ts';

/** What one pass did with one HelmRelease. */
export interface ReleasePass {
  /** `namespace/name` */
  readonly release: string;
  /** Of the condition Ready; `Suspended` and `Missing` where nothing was done. */
  readonly reason: string;
  readonly message: string;
  readonly actions: readonly ReleaseAction[];
  /** When the controller comes back by itself: at its interval, at once, or not before something changes. */
  readonly next: 'interval' | 'at once' | 'never';
}

export type ReleaseAction = 'install' | 'upgrade' | 'rollback' | 'drift correction';

/** A HelmRelease's chart, with its values, and what Helm has stored of it. */
export interface Release extends ReleaseKey {
  readonly storage: Storage;
  /** undefined: source-controller has no chart. */
  chart: readonly Manifest[] | undefined;
}

export interface HelmController extends HelmAccess {
  /** How often Helm looks whether all is ready. */
  readonly pollMs: number;
  readonly signal: AbortSignal;
}

import type { Place } from '../report/schema.ts';
import type { Branches } from './branches.ts';

/** Stands for CI_REGISTRY_IMAGE: the project's own path at its registry, which no file names. */
export const PROJECT = '\uE000';
/** Stands for CI_COMMIT_REF_SLUG. */
export const SLUG = '\uE001';
/** Stands for whatever cannot be known before the job runs. */
export const ANY = '\uE002';

/** An image that a job pushes. */
export interface Push {
  readonly job: string;
  /** Repository and tag, with PROJECT, SLUG and ANY where a value is not known. */
  readonly image: string;
  /** On which branches the job runs. */
  readonly branches: Branches;
}

/** What is known of a project's GitLab pipeline. */
export interface Pipeline {
  readonly file: string;
  readonly pushes: readonly Push[];
  /** Why not everything could be read; empty where the pushes are all there are. */
  readonly gaps: readonly { readonly place: Place; readonly why: string }[];
}

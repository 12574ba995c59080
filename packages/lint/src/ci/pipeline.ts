import type { Location } from '../report/schema.ts';
import type { Branches } from './branches.ts';

/** Stands for CI_REGISTRY_IMAGE: the project's path at its registry, which no file contains. */
export const projectPlaceholder = '\uE000';
/** Stands for CI_COMMIT_REF_SLUG. */
export const slugPlaceholder = '\uE001';
/** Stands for CI_COMMIT_SHORT_SHA and CI_COMMIT_SHA. */
export const commitPlaceholder = '\uE003';
/** Stands for the number of a pipeline or a job. */
export const numberPlaceholder = '\uE004';
/** Stands for a value that is not known before the job runs. */
export const any = '\uE002';

/** An image that a job pushes. */
export interface Push {
  readonly job: string;
  /** Repository and tag, with PROJECT, SLUG and ANY where a value is not known. */
  readonly image: string;
  /** The branches on which the job runs. */
  readonly branches: Branches;
}

/** What is known of a project's GitLab pipeline. */
export interface Pipeline {
  readonly file: string;
  readonly pushes: readonly Push[];
  /** What could not be read; empty where the pushes are complete. */
  readonly gaps: readonly { readonly location: Location; readonly why: string }[];
}

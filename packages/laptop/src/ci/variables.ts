import type { BranchPush } from '../git/pushes.ts';
import { refSlug } from './ref-slug.ts';

/** The variables that a pipeline gives its jobs beyond what gitlab-ci-local reads from git. */
export interface PipelineFacts {
  readonly id: number;
  readonly push: BranchPush;
  /** RFC 3339, with seconds. */
  readonly createdAt: string;
  readonly title: string;
  readonly committedAt: string;
  readonly registry: { readonly host: string; readonly username: string; readonly password: string };
  /** `group/project` */
  readonly project: string;
}

/** The predefined CI variables of GitLab that gitlab-ci-local cannot know, or sets otherwise. */
export function ciVariables({
  id,
  push,
  createdAt,
  title,
  committedAt,
  registry,
  project,
}: PipelineFacts): Readonly<Record<string, string>> {
  return {
    CI_REGISTRY: registry.host,
    CI_REGISTRY_IMAGE: `${registry.host}/${project}`,
    CI_REGISTRY_USER: registry.username,
    CI_REGISTRY_PASSWORD: registry.password,
    // gitlab-ci-local folds several dashes into one, and GitLab does not.
    CI_COMMIT_REF_SLUG: refSlug(push.branch),
    CI_COMMIT_BEFORE_SHA: push.before,
    CI_COMMIT_TITLE: title,
    CI_COMMIT_MESSAGE: title,
    CI_COMMIT_TIMESTAMP: committedAt,
    CI_PIPELINE_CREATED_AT: createdAt,
    CI_PIPELINE_ID: String(id),
    CI_PIPELINE_IID: String(id),
  };
}

/** Variables as the environment of gitlab-ci-local, which hands them to jobs: no password is on a command line. */
export function asEnvironment(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const given = Object.entries(variables).map(([name, value]) => [`GCL_VARIABLE_${name}`, value] as const);
  // It warns about variables that it sets itself, on the standard output that we read.
  const quiet = { GCL_IGNORE_PREDEFINED_VARS: Object.keys(variables).join(',') };
  return { ...quiet, ...Object.fromEntries(given) };
}

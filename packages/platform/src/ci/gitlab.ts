import { createRequire } from 'node:module';
import { execPath } from 'node:process';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Place } from './place.ts';

const require = createRequire(import.meta.url);
const program = require.resolve('gitlab-ci-local');

const image = z.object({ name: z.string() });
const whole = z
  .object({
    stages: z.array(z.string()),
    variables: z.record(z.string(), z.string()),
    workflow: z.looseObject({ auto_cancel: z.unknown(), rules: z.array(z.looseObject({ if: z.string() })) }),
  })
  .catchall(z.looseObject({ image, services: z.array(image).default([]) }));
const list = z.array(z.looseObject({ name: z.string(), when: z.string() }));

/** Runs gitlab-ci-local in a repository; it reads what is committed there as GitLab would. Rejects with what is wrong with the pipeline. */
export function gitlabCiLocal(place: Place, ...args: string[]): Promise<string> {
  return place.run(execPath, program, ...args);
}

/**
 * The jobs that a pipeline of what is checked out would have, in the order of their stages; of several parallel ones the common name. Does not
 * validate the schema, which takes half a second.
 */
export async function pipelineJobs(place: Place, ...args: string[]): Promise<string[]> {
  const listed = list.parse(
    JSON.parse(await gitlabCiLocal(place, '--list-json', '--no-json-schema-validation', ...args)),
  );
  const names = listed.filter(({ when }) => when !== 'never').map(({ name }) => name.replace(/: \[.*\]$/, ''));
  return [...new Set(names)];
}

/** What makes the pipeline that of a git tag, which has no branch. */
export function asTag(name: string): readonly string[] {
  const variables = [`CI_COMMIT_TAG=${name}`, 'CI_COMMIT_BRANCH=', 'GITLAB_CI=true'];
  const ignored = ['CI_COMMIT_BRANCH', 'GITLAB_CI'];
  return [...variables.flatMap((each) => ['--variable', each]), '--ignore-predefined-vars', ignored.join(',')];
}

/**
 * The pipeline on GitLab itself with everything included and extended: the conditions of `workflow`, and the images that
 * its jobs run in. Rejects where GitLab's schema does.
 */
export async function pipeline(place: Place) {
  // gitlab-ci-local says of itself that it is not GitLab, which .gitlab/jobs.yml goes by.
  const asGitLab = ['--variable', 'GITLAB_CI=true', '--ignore-predefined-vars', 'GITLAB_CI'];
  const preview = await gitlabCiLocal(place, '--preview', ...asGitLab);
  const { stages: _, variables, workflow, ...jobs } = whole.parse(parse(preview));
  const images = Object.values(jobs).flatMap((each) => [each.image, ...each.services]);
  return {
    autoCancel: workflow.auto_cancel,
    conditions: workflow.rules.map((rule) => rule.if),
    images: images.map(({ name }) =>
      name.replace(/^\$(\w+)$/, (text, variable: string) => variables[variable] ?? text),
    ),
  };
}

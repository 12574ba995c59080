import { existsSync } from 'node:fs';
import { cp, readdir } from 'node:fs/promises';
import { isAbsolute, join, normalize, relative } from 'node:path';
import { z } from 'zod';
import { patternOf } from '../docker/context/pattern.ts';
import type { JobState } from './events.ts';
import { stateFolder } from './gitlab-ci-local.ts';

/** The files that a job hands to later jobs (GitLab, CI/CD YAML syntax reference: `artifacts`). */
export interface Artifacts {
  /** Relative to the checkout; globs with `**`. */
  readonly paths: readonly string[];
  /** Globs of files that are not handed on. */
  readonly exclude: readonly string[];
  readonly when: 'on_success' | 'on_failure' | 'always';
}

const artifacts = z.looseObject({
  paths: z.array(z.string()).default([]),
  exclude: z.array(z.string()).default([]),
  when: z.enum(['on_success', 'on_failure', 'always']).default('on_success'),
});

/** Reads a job's `artifacts`, with the variables in its paths replaced by their values. Undefined: it has none. */
export function readArtifacts(value: unknown, variables: Readonly<Record<string, string>>): Artifacts | undefined {
  const { success, data } = artifacts.safeParse(value);
  if (!success || data.paths.length === 0) return undefined;
  const expand = (text: string) =>
    normalize(
      text.replace(
        /\$(?:\{(\w+)\}|(\w+))/g,
        (_, braced?: string, bare?: string) => variables[braced ?? bare ?? ''] ?? '',
      ),
    );
  return { paths: data.paths.map(expand), exclude: data.exclude.map(expand), when: data.when };
}

/** Whether a job that ended so hands its artifacts on. */
export function isKept({ when }: Artifacts, state: JobState | undefined): boolean {
  if (state === 'passed') return when !== 'on_failure';
  return (state === 'failed' || state === 'warned') && when !== 'on_success';
}

/** Copies artifacts from the checkout of their job to another one. A path that matches nothing or leads out of the checkout is left out. */
export async function copyArtifacts({ paths, exclude }: Artifacts, from: string, to: string): Promise<void> {
  const excluded = exclude.map(patternOf);
  const isIncluded = (path: string) => !excluded.some((pattern) => pattern.test(path));
  const filter = (source: string) => isIncluded(relative(from, source));
  for (const path of paths) {
    for await (const name of matching(from, path.replace(/\/$/, ''))) {
      if (!isIncluded(name)) continue;
      await cp(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true, filter });
    }
  }
}

async function* matching(root: string, pattern: string): AsyncGenerator<string> {
  if (pattern.startsWith('..') || isAbsolute(pattern)) return;
  if (!/[*?[]/.test(pattern)) {
    if (existsSync(join(root, pattern))) yield pattern;
    return;
  }
  const test = patternOf(pattern);
  for await (const path of pathsBelow(root)) if (test.test(path)) yield path;
}

/** Files and folders of a checkout, without git's and gitlab-ci-local's own. */
async function* pathsBelow(root: string, folder = ''): AsyncGenerator<string> {
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (path === '.git' || path === stateFolder) continue;
    yield path;
    if (entry.isDirectory()) yield* pathsBelow(root, path);
  }
}

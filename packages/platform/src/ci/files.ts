import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Files of the checkout that match, by their path in it. */
export async function filesMatching(...patterns: string[]): Promise<Record<string, string>> {
  const paths = globSync(patterns, { cwd: root, exclude: ['**/node_modules'] }).toSorted();
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(root, path), 'utf8')] as const)),
  );
}

/** All that makes GitLab's pipelines, and with empty Dockerfiles what makes GitHub's. */
export async function pipelineFiles(): Promise<Record<string, string>> {
  const dockerfiles = globSync(['apps/*/Dockerfile', 'apps/*/app/Dockerfile'], { cwd: root });
  return {
    ...(await filesMatching('.gitlab-ci.yml', '.gitlab/*', 'apps/*/build.yml')),
    ...Object.fromEntries(dockerfiles.map((path) => [path, ''])),
  };
}

/** The apps that are built in a folder of their own. */
export const sampleApps = globSync('apps/*/app/Dockerfile', { cwd: root })
  .map((path) => path.split('/')[1] ?? '')
  .toSorted();

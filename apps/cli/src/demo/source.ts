import { posix } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { DemoEnvironment } from './environment.ts';

/** The name of the app's Flux Kustomization in clusters/homelab, and the folder that it applies. */
export const app = 'myapp';
const folder = `apps/${app}`;

const kustomization = z.object({ resources: z.array(z.string()) });

/**
 * Gives Flux the manifests of `main` as they are now, as its source-controller does. Returns the commit.
 *
 * @throws Error where they cannot be read
 */
export async function takeFromGit({ forge, flux }: Pick<DemoEnvironment, 'forge' | 'flux'>): Promise<string> {
  const commit = await forge.head('main');
  if (commit === undefined) throw new Error('The repository has no branch main.');
  const files = await forge.filesAt(commit, folder);
  const { resources } = kustomization.parse(parse(files.get(`${folder}/kustomization.yaml`) ?? ''));
  const manifests = resources.map((path) => {
    const text = files.get(posix.join(folder, path));
    if (text === undefined) throw new Error(`${folder}/kustomization.yaml names ${path}, which does not exist.`);
    return text;
  });
  flux.commit(app, manifests.join('\n---\n'));
  return commit;
}

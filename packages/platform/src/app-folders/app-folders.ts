import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import { documentsOf, root, textOf } from '../manifests/files.ts';
import type { KubeObject } from '../manifests/object.ts';
import { object } from '../manifests/object.ts';

/** Names of the apps: the folders in apps/ that Flux can apply. A new one is among them by being there. */
export const apps = globSync('apps/*/kustomization.yaml', { cwd: root })
  .map((file) => dirname(file).replace('apps/', ''))
  .toSorted();

export interface Environment {
  readonly name: 'production' | 'staging';
  /** One text for each file of it, as in git: the first is `<environment>.yaml`, further ones `<environment>-….yaml`. */
  readonly texts: readonly string[];
  readonly objects: readonly KubeObject[];
}

/** What an app is in one environment. */
export async function environmentOf(app: string, name: Environment['name']): Promise<Environment> {
  const files = globSync(`apps/${app}/${name}{,-*}.yaml`, { cwd: root }).toSorted(
    (left, right) => left.length - right.length,
  );
  const documents = await Promise.all(files.map(documentsOf));
  return {
    name,
    texts: await Promise.all(files.map(textOf)),
    objects: documents.flat().map((each) => object.parse(each)),
  };
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from '@keelson/core/wait';
import type { ApiClient } from '../api-client.ts';
import { manifestsIn } from './manifest.ts';

const groups = ['/apis/kustomize.toolkit.fluxcd.io/v1', '/apis/helm.toolkit.fluxcd.io/v2'];
const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const waitMs = 20_000;

async function isServed(api: ApiClient): Promise<boolean> {
  for (const group of groups) if ((await api.request('GET', group)).status !== 200) return false;
  return true;
}

/**
 * Installs Flux's kinds from the YAML files of a folder where the API server does not serve them yet.
 *
 * @throws Error where they are needed and no folder was named, or the folder cannot be read
 */
export async function installFluxCrds(api: ApiClient, folder: string | undefined): Promise<void> {
  if (await isServed(api)) return;
  if (folder === undefined) throw new Error(`The API server does not serve ${groups.join(' and ')}.`);
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.yaml'))) {
    for (const crd of manifestsIn(await readFile(join(folder, file), 'utf8'))) {
      const query = '?fieldManager=flux&force=true';
      await api.do('PATCH', `${crds}/${crd.metadata.name}${query}`, crd, 'application/apply-patch+yaml');
    }
  }
  const limit = performance.now() + waitMs;
  while (!(await isServed(api))) {
    if (performance.now() > limit)
      throw new Error(`The API server does not serve ${groups.join(' and ')} after ${waitMs} ms.`);
    await sleep(50);
  }
}

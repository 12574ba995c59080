import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApiClient } from '../api-client.ts';
import { manifestsIn } from './manifest.ts';

const KUSTOMIZATIONS = '/apis/kustomize.toolkit.fluxcd.io/v1';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const KUSTOMIZATION_CRD = 'kustomize.toolkit.fluxcd.io_kustomizations.yaml';
const WAIT_MS = 20_000;

function folder(): string {
  const repository = fileURLToPath(new URL('../../../../', import.meta.url));
  return process.env.KEELSON_FLUX_CRDS ?? join(repository, '..', 'shared', 'flux-crds');
}

/** Why Flux cannot be played on a real API server, in a sentence; undefined when it can. */
export function fluxCrdsMissing(): string | undefined {
  if (existsSync(join(folder(), KUSTOMIZATION_CRD))) return undefined;
  return "Flux's CustomResourceDefinitions are not there; set KEELSON_FLUX_CRDS to their folder.";
}

async function isServed(api: ApiClient): Promise<boolean> {
  return (await api.ask('GET', KUSTOMIZATIONS)).status === 200;
}

/** Installs Flux's kinds where the API server does not serve them yet. Throws what `fluxCrdsMissing` says. */
export async function installFluxCrds(api: ApiClient): Promise<void> {
  if (await isServed(api)) return;
  const missing = fluxCrdsMissing();
  if (missing !== undefined) throw new Error(missing);
  for (const file of (await readdir(folder())).filter((name) => name.endsWith('.yaml'))) {
    for (const crd of manifestsIn(await readFile(join(folder(), file), 'utf8'))) {
      const query = '?fieldManager=flux&force=true';
      await api.do('PATCH', `${CRDS}/${crd.metadata.name}${query}`, crd, 'application/apply-patch+yaml');
    }
  }
  const limit = performance.now() + WAIT_MS;
  while (!(await isServed(api))) {
    if (performance.now() > limit)
      throw new Error(`The API server does not serve ${KUSTOMIZATIONS} after ${WAIT_MS} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

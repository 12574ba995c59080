import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kustomizationCrd = 'kustomize.toolkit.fluxcd.io_kustomizations.yaml';

/** The folder with the CustomResourceDefinitions of Flux' kinds, as YAML; it need not be there. */
export function fluxCrds(): string {
  const repository = fileURLToPath(new URL('../../../', import.meta.url));
  return process.env.KEELSON_FLUX_CRDS ?? join(repository, '..', 'shared', 'flux-crds');
}

/** Why Flux cannot run on a real API server here; undefined when it can. */
export function fluxCrdsMissing(): string | undefined {
  if (existsSync(join(fluxCrds(), kustomizationCrd))) return undefined;
  return "Flux's CustomResourceDefinitions are not there; set KEELSON_FLUX_CRDS to their folder.";
}

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KeelsonError } from '@keelson/core';
import { fluxFilePath, withFluxEntry } from './flux-entry.ts';
import { hostProblem } from './host-problem.ts';
import { readManifests } from './manifests.ts';
import { nameProblem } from './name-problem.ts';
import { taken } from './taken.ts';
import type { Naming } from './template.ts';
import { renamedFiles, template } from './template.ts';
import { writeApp } from './write-app.ts';

export interface NewApp extends Naming {
  /** Paths relative to the repository's root, sorted. */
  readonly written: readonly string[];
}

/** A name or a host that a new app cannot have; nothing was written. The message is for people. */
export class RefusedAppError extends KeelsonError<'app-refused'> {
  override readonly name = 'RefusedAppError';

  constructor(message: string) {
    super(message, { code: 'app-refused', retryable: false });
  }
}

/**
 * Writes a new app into `apps/`, a copy of `apps/myapp` under its own name, and its Flux Kustomization into `clusters/homelab/apps.yaml`. CI
 * finds the app by its folder. Either all of it is written or nothing.
 *
 * @param root the repository's folder
 * @throws RefusedAppError when the name or the host is wrong or taken
 */
export async function newApp(root: string, { name, host }: Naming): Promise<NewApp> {
  if (!existsSync(join(root, 'apps', template)) || !existsSync(join(root, fluxFilePath))) {
    throw new RefusedAppError(`${root} lacks apps/${template} or ${fluxFilePath}, which a new app is made of.`);
  }
  const problem = nameProblem(name) ?? hostProblem(host) ?? taken(root, await readManifests(root), { name, host });
  if (problem !== undefined) throw new RefusedAppError(`${problem} Nothing was written.`);

  const files = await renamedFiles(join(root, 'apps', template), { name, host });
  const fluxFile = join(root, fluxFilePath);
  const text = withFluxEntry(await readFile(fluxFile, 'utf8'), { name, host });
  await writeApp({ folder: join(root, 'apps', name), files, changed: { path: fluxFile, text } });
  return { name, host, written: files.map(({ path }) => `apps/${name}/${path}`) };
}

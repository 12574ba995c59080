import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { documentsIn, files, root, textOf } from './files.ts';
import { buildOnce, kustomize } from './kubectl.ts';
import type { KubeObject } from './object.ts';

const patch = z.strictObject({
  patch: z.string(),
  target: z
    .partialRecord(z.enum(['group', 'version', 'kind', 'name', 'namespace', 'labelSelector']), z.string())
    .optional(),
});

/** A Flux Kustomization in the form that all of this repository's have, but for the one of Flux itself. */
export const fluxKustomization = z.looseObject({
  apiVersion: z.literal('kustomize.toolkit.fluxcd.io/v1'),
  kind: z.literal('Kustomization'),
  metadata: z.strictObject({ name: z.string(), namespace: z.literal('flux-system') }),
  spec: z.strictObject({
    dependsOn: z.array(z.strictObject({ name: z.string() })).default([]),
    sourceRef: z.strictObject({ kind: z.literal('GitRepository'), name: z.literal('flux-system') }),
    path: z.string().regex(/^\.\/[\w./-]+$/),
    components: z.array(z.string()).default([]),
    patches: z.array(patch).default([]),
    interval: z.string(),
    retryInterval: z.string(),
    timeout: z.string(),
    prune: z.literal(true),
    wait: z.literal(true),
    decryption: z
      .strictObject({ provider: z.literal('sops'), secretRef: z.strictObject({ name: z.string() }) })
      .optional(),
  }),
});

export type FluxKustomization = z.output<typeof fluxKustomization>;

/** What Flux reads in a cluster's folder, beside its own. */
export function filesOf(cluster: string): readonly string[] {
  return files.filter((file) => file.startsWith(`clusters/${cluster}/`) && !file.includes('/flux-system/'));
}

/**
 * A manifest with the choices taken that it leaves in comments. Prose has one space after its comment sign; YAML that waits for somebody to
 * take the sign off has none, or its own indentation.
 */
export function withChoices(text: string): string {
  return text.replaceAll(/^#(?=\S| {2})/gm, '');
}

/** @param choices - whether those in comments are taken */
export async function kustomizationsOf(cluster: string, choices = false): Promise<FluxKustomization[]> {
  const read = filesOf(cluster).map(async (file) => {
    const text = await textOf(file);
    return documentsIn(choices ? withChoices(text) : text, file);
  });
  return (await Promise.all(read)).flat().map((each) => fluxKustomization.parse(each));
}

/** What Flux makes of a Kustomization: its path, its components, its patches. */
export function asFluxBuilds({ spec: { path, components, patches } }: Built): Promise<KubeObject[]> {
  const parts = { path, components, patches };
  return buildOnce(JSON.stringify(parts), () => buildAsFlux(parts));
}

interface Built {
  readonly spec: Pick<FluxKustomization['spec'], 'path' | 'components' | 'patches'>;
}

async function buildAsFlux({ path, components, patches }: Built['spec']): Promise<KubeObject[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'keelson-flux-')));
  try {
    const from = (...to: readonly string[]) => relative(folder, join(root, path, ...to));
    const generated = {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: [from()],
      components: components.map((component) => from(component)),
      patches,
    };
    await writeFile(join(folder, 'kustomization.yaml'), stringify(generated));
    return await kustomize(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

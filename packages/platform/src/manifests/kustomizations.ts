import { z } from 'zod';
import { documentsOf, folders } from './files.ts';

const kustomization = z.looseObject({
  kind: z.enum(['Kustomization', 'Component']),
  resources: z.array(z.string()).default([]),
  patches: z.array(z.looseObject({ path: z.string().optional() })).default([]),
});

export interface Kustomization extends z.output<typeof kustomization> {
  /** Below the repository's root. */
  readonly folder: string;
}

/** What each `kustomization.yaml` says; components, too, that only come with another one. */
export const kustomizations: readonly Kustomization[] = await Promise.all(
  folders.map(async (folder) => {
    const [only] = await documentsOf(`${folder}/kustomization.yaml`);
    return { ...kustomization.parse(only), folder };
  }),
);

/** The folders that are something by themselves. */
export const wholeFolders = kustomizations.filter(({ kind }) => kind === 'Kustomization').map(({ folder }) => folder);

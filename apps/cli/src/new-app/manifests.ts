import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const object = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

export interface Manifest {
  /** Path relative to the repository's root. */
  readonly file: string;
  readonly kind: string;
  readonly name: string;
  /** A Namespace counts as in itself. */
  readonly namespace: string | undefined;
  /** Every string in it, at any depth. */
  readonly texts: readonly string[];
}

/** The objects in the repository's manifests. */
export async function readManifests(root: string): Promise<readonly Manifest[]> {
  const folders = await Promise.all(['apps', 'clusters', 'infrastructure'].map((folder) => yamlFiles(root, folder)));
  const read = folders.flat().map(async (file) => {
    const documents = parseAllDocuments(await readFile(join(root, file), 'utf8'));
    return documents.flatMap((document): Manifest[] => {
      const value: unknown = document.toJS();
      const found = object.safeParse(value);
      if (!found.success) return [];
      const { kind, metadata } = found.data;
      const namespace = kind === 'Namespace' ? metadata.name : metadata.namespace;
      return [{ file, kind, name: metadata.name, namespace, texts: textsIn(value) }];
    });
  });
  return (await Promise.all(read)).flat();
}

async function yamlFiles(root: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)))
    .filter((file) => !file.includes('node_modules'))
    .toSorted();
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

import { z } from 'zod';
import type { Store } from './store.ts';

const descriptor = z.object({ digest: z.string() });
const anyManifest = z.object({
  config: descriptor.optional(),
  layers: z.array(descriptor).default([]),
  manifests: z.array(descriptor).default([]),
});

/** The digests that a manifest names and the repository lacks; undefined where the body is no manifest. */
export function missingReferences(store: Store, repository: string, body: Buffer): string[] | undefined {
  const { data: manifest } = anyManifest.safeParse(parse(body));
  if (manifest === undefined) return undefined;
  const { config, layers, manifests } = manifest;
  const blobs = [...(config === undefined ? [] : [config]), ...layers].map(({ digest }) => digest);
  const children = manifests.map(({ digest }) => digest);
  return [
    ...blobs.filter((digest) => store.blob(repository, digest) === undefined),
    ...children.filter((digest) => store.manifest(repository, digest) === undefined),
  ];
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

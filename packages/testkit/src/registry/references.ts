import type { Store } from './store.ts';

interface Descriptor {
  readonly digest?: unknown;
}

interface AnyManifest {
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
}

/** The digests that a manifest names and the repository lacks; undefined where the body is no manifest. */
export function missingReferences(store: Store, repository: string, body: Buffer): string[] | undefined {
  const manifest = parse(body);
  if (manifest === undefined) return undefined;
  const blobs = digests([...(manifest.config ? [manifest.config] : []), ...(manifest.layers ?? [])]);
  const children = digests(manifest.manifests ?? []);
  return [
    ...blobs.filter((digest) => store.blob(repository, digest) === undefined),
    ...children.filter((digest) => store.manifest(repository, digest) === undefined),
  ];
}

function digests(descriptors: readonly Descriptor[]): string[] {
  return descriptors.map(({ digest }) => String(digest));
}

function parse(body: Buffer): AnyManifest | undefined {
  try {
    const value: AnyManifest | null = JSON.parse(body.toString('utf8'));
    return value !== null && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

import { randomUUID } from 'node:crypto';
import type { Digest } from '@keelson/image';

export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly body: Buffer;
}

interface Repository {
  readonly blobs: Set<string>;
  readonly manifests: Map<string, StoredManifest>;
  readonly tags: Map<string, Digest>;
}

/** Everything that was pushed, in memory: blobs are shared, each repository has its own view of them. */
export class Store {
  readonly #blobs = new Map<string, Buffer>();
  readonly #repositories = new Map<string, Repository>();
  readonly #uploads = new Map<string, { readonly repository: string; content: Buffer }>();

  has(repository: string): boolean {
    return this.#repositories.has(repository);
  }

  blob(repository: string, digest: string): Buffer | undefined {
    return this.#repositories.get(repository)?.blobs.has(digest) ? this.#blobs.get(digest) : undefined;
  }

  putBlob(repository: string, digest: Digest, content: Buffer): void {
    this.#blobs.set(digest, content);
    this.#open(repository).blobs.add(digest);
  }

  deleteBlob(repository: string, digest: string): void {
    this.#repositories.get(repository)?.blobs.delete(digest);
  }

  manifest(repository: string, reference: string): StoredManifest | undefined {
    const found = this.#repositories.get(repository);
    return found?.manifests.get(found.tags.get(reference) ?? reference);
  }

  putManifest(repository: string, manifest: StoredManifest, tag?: string): void {
    const { manifests, tags } = this.#open(repository);
    manifests.set(manifest.digest, manifest);
    if (tag !== undefined) tags.set(tag, manifest.digest);
  }

  /** By tag only the tag goes; by digest the manifest and every tag that names it. */
  deleteManifest(repository: string, reference: string): boolean {
    const found = this.#repositories.get(repository);
    if (found === undefined) return false;
    if (found.tags.delete(reference)) return true;
    for (const [tag, digest] of found.tags) if (digest === reference) found.tags.delete(tag);
    return found.manifests.delete(reference);
  }

  /** In lexical order, as the specification requires. */
  tags(repository: string): string[] {
    return [...(this.#repositories.get(repository)?.tags.keys() ?? [])].sort();
  }

  startUpload(repository: string): string {
    const id = randomUUID();
    this.#uploads.set(id, { repository, content: Buffer.alloc(0) });
    return id;
  }

  upload(repository: string, id: string): { content: Buffer } | undefined {
    const upload = this.#uploads.get(id);
    return upload?.repository === repository ? upload : undefined;
  }

  endUpload(id: string): void {
    this.#uploads.delete(id);
  }

  #open(repository: string): Repository {
    const found = this.#repositories.get(repository);
    if (found !== undefined) return found;
    const created: Repository = { blobs: new Set(), manifests: new Map(), tags: new Map() };
    this.#repositories.set(repository, created);
    return created;
  }
}

import { bounds } from '@keelson/core';
import type { Digest, ImageReference } from '@keelson/image';
import { fingerprint } from '../auth/fingerprint.ts';
import type { RequestSubject } from '../errors.ts';
import { failed, RegistryError } from '../errors.ts';
import { parseImageJson } from '../json.ts';
import { orGaveUp } from '../rate-limits/or-gave-up.ts';
import type { CallOptions, ImageLabels } from '../types.ts';
import type { Content } from './content.ts';
import { subjectOf } from './content.ts';
import type { KeptContent } from './kept-content.ts';
import { pickLabels } from './labels.ts';
import type { Manifest } from './read-manifest.ts';
import { readManifest } from './read-manifest.ts';
import { configSchema } from './schemas.ts';

/** Requests content from an image's mirrors and registry. @throws RegistryError */
export type Fetch = <T>(content: Content, read: (text: string, bytes: number) => T | undefined) => Promise<T>;

/** Manifests and labels of one image, for a caller with certain credentials. */
export class ImageContent {
  readonly #kept: KeptContent;
  readonly #fetch: Fetch;
  readonly #image: ImageReference;
  readonly #share: string;
  readonly #signal: AbortSignal | undefined;
  /** Only who has the same credentials gets an answer that was given to others. */
  readonly #scope: string;
  /** Bytes that may still be read of this image. */
  #left: number = bounds.imageBytes;

  constructor(
    kept: KeptContent,
    fetch: Fetch,
    image: ImageReference,
    { credentials = [], share = '', signal }: CallOptions,
  ) {
    this.#kept = kept;
    this.#fetch = fetch;
    this.#image = image;
    this.#share = share;
    this.#signal = signal;
    this.#scope = [`${image.host}/${image.repository}`, ...credentials.map(fingerprint)].join('\n');
  }

  /** The manifest that a tag names. @throws RegistryError */
  top(digest: Digest): Promise<Manifest> {
    return this.#manifest({ kind: 'manifests', digest, maxBytes: bounds.manifestBytes });
  }

  /**
   * A manifest that an index names. Undefined where it is not there, since mirrors may hold only a part of an index, and where it is not one.
   *
   * @throws RegistryError
   */
  async child(digest: Digest, { spare = false } = {}): Promise<Manifest | undefined> {
    try {
      const maxBytes = bounds.childManifestBytes;
      return await this.#manifest({ kind: 'manifests', digest, maxBytes, ...(spare && { spare }) });
    } catch (error) {
      if (error instanceof RegistryError && (error.code === 'not-found' || error.code === 'protocol')) return undefined;
      throw error;
    }
  }

  /** The labels in a config. @throws RegistryError */
  labels(digest: Digest): Promise<ImageLabels> {
    const content: Content = { kind: 'blobs', digest, maxBytes: bounds.imageConfigBytes };
    return this.#shared(
      this.#kept.labels(this.#share, this.#keyOf(digest), () => this.#read(content, readLabels)),
      content,
    );
  }

  #manifest(content: Content): Promise<Manifest> {
    return this.#shared(
      this.#kept.manifest(this.#share, this.#keyOf(content.digest), () => this.#read(content, readManifest)),
      content,
    );
  }

  /** What is requested at the same time shares what is left. */
  async #read<T>(content: Content, read: (text: string) => T | undefined): Promise<T> {
    const maxBytes = Math.min(content.maxBytes, this.#left);
    if (maxBytes === 0) {
      const problem = `its manifests have more than ${bounds.imageBytes} bytes`;
      throw failed('protocol', this.#about(content), problem);
    }
    let used = maxBytes;
    this.#left -= maxBytes;
    try {
      return await this.#fetch({ ...content, maxBytes }, (text, bytes) => {
        used = bytes;
        return read(text);
      });
    } finally {
      this.#left += maxBytes - used;
    }
  }

  #keyOf(digest: Digest): string {
    return `${this.#scope}\n${digest}`;
  }

  /** Others may wait for the same content, so a caller that gives up does not end the request. */
  #shared<T>(promise: Promise<T>, content: Content): Promise<T> {
    return orGaveUp(promise, this.#signal, this.#about(content));
  }

  #about({ kind, digest }: Content): RequestSubject {
    const { host, repository } = this.#image;
    return { host, subject: subjectOf(kind, repository, digest) };
  }
}

function readLabels(text: string): ImageLabels | undefined {
  const config = configSchema.safeParse(parseImageJson(text)).data;
  return config && pickLabels([config.config?.Labels], config.created);
}

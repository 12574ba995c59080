import { createHash } from 'node:crypto';
import type { Digest } from '@keelson/image';

/** A blob or a manifest, and what a descriptor says of it. */
export interface Content {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly body: Buffer;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

/** Image-spec media-types.md. */
export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

export function digestOf(body: Buffer): Digest {
  return `sha256:${createHash('sha256').update(body).digest('hex')}`;
}

export function content(mediaType: string, body: Buffer): Content {
  return { mediaType, digest: digestOf(body), body };
}

export function json(mediaType: string, value: object): Content {
  return content(mediaType, Buffer.from(JSON.stringify(value)));
}

export function descriptor({ mediaType, digest, body }: Content): Descriptor {
  return { mediaType, digest, size: body.length };
}

import { bounds } from '@keelson/core';
import type { Digest } from '@keelson/image';
import { parseImageJson } from '../json.ts';
import type { ImageLabels } from '../types.ts';
import { pickLabels } from './labels.ts';
import { configTypes, indexTypes, manifestTypes } from './media-types.ts';
import type { IndexEntry } from './schemas.ts';
import { entrySchema, indexSchema, manifestSchema } from './schemas.ts';

/** One entry of an index that a pod can run, or that leads to one. */
export interface Child {
  readonly digest: Digest;
  readonly type: 'index' | 'manifest';
  /** `os/architecture`, with `/variant` where there is one; '' where the index does not say. */
  readonly platform: string;
}

/** What is needed of a manifest, and no more of it: these are kept in memory. */
export type Manifest =
  | {
      readonly type: 'index';
      readonly children: readonly Child[];
      /** Some entries could not be read, or there were too many. */
      readonly partial: boolean;
      readonly labels: ImageLabels;
    }
  | { readonly type: 'manifest'; readonly config: Digest; readonly labels: ImageLabels };

/** Undefined where the text is neither an index nor the manifest of an image. */
export function readManifest(text: string): Manifest | undefined {
  const value = parseImageJson(text);
  const index = indexSchema.safeParse(value);
  if (index.success) {
    const { manifests, annotations } = index.data;
    const entries = manifests.slice(0, bounds.imageManifests).map((entry) => entrySchema.safeParse(entry));
    return {
      type: 'index',
      children: entries.flatMap(({ data }) => (data !== undefined && mayRun(data) ? [childOf(data)] : [])),
      partial: manifests.length > bounds.imageManifests || entries.some(({ success }) => !success),
      labels: pickLabels([annotations]),
    };
  }
  const manifest = manifestSchema.safeParse(value);
  if (!manifest.success) return undefined;
  const { config, annotations } = manifest.data;
  return { type: 'manifest', config: config.digest, labels: pickLabels([annotations]) };
}

/** Leaves out what no pod runs: artifacts, and attestations, which an index lists as manifests without a platform. */
function mayRun({ mediaType, artifactType, platform, annotations }: IndexEntry): boolean {
  if (mediaType !== undefined && !manifestTypes.includes(mediaType.toLowerCase())) return false;
  if (isArtifact(artifactType) || annotations?.['vnd.docker.reference.type'] === 'attestation-manifest') return false;
  return !(platform?.os === 'unknown' && platform.architecture === 'unknown');
}

/** Some tools repeat the type of the config here, of images too. */
function isArtifact(type: string | undefined): boolean {
  return type !== undefined && type !== '' && !configTypes.includes(type.toLowerCase());
}

function childOf({ digest, mediaType, platform }: IndexEntry): Child {
  return {
    digest,
    type: indexTypes.includes(mediaType?.toLowerCase() ?? '') ? 'index' : 'manifest',
    platform:
      platform === undefined
        ? ''
        : [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/').slice(0, 100),
  };
}

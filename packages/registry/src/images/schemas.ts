import type { Digest } from '@keelson/image';
import { isDigest } from '@keelson/image';
import { z } from 'zod';

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'no sha256 digest');
const text = z.string().optional().catch(undefined);
// Labels that are not text must not make an image unreadable.
const labels = z.record(z.string(), z.string()).nullish().catch(undefined);

const platform = z.object({ os: z.string(), architecture: z.string(), variant: text });

/** One entry of an index (image-spec descriptor.md). */
export const entrySchema = z.object({
  digest,
  mediaType: text,
  artifactType: text,
  platform: platform.optional().catch(undefined),
  annotations: labels,
});

/** image-spec image-index.md, and Docker's manifest list, which is alike. Its entries are read one by one: one that is unreadable spoils no other. */
export const indexSchema = z.object({ manifests: z.array(z.unknown()), annotations: labels });

/** image-spec manifest.md, and Docker's image manifest V2, schema 2. */
export const manifestSchema = z.object({ config: z.object({ digest }), annotations: labels });

/** image-spec config.md. Artifacts have configs of other kinds, so nothing is required. */
export const configSchema = z.object({
  created: text,
  config: z.object({ Labels: labels }).nullish().catch(undefined),
});

export type IndexEntry = z.infer<typeof entrySchema>;

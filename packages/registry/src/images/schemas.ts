import type { Digest } from '@keelson/image';
import { isDigest } from '@keelson/image';
import { z } from 'zod';

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'no sha256 digest');
// Labels that are not text must not make an image unreadable.
const labels = z.record(z.string(), z.string()).nullish().catch(undefined);

const platform = z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() });

/** image-spec image-index.md, and Docker's manifest list, which is alike. */
const indexSchema = z.object({
  manifests: z.array(z.object({ digest, platform: platform.optional().catch(undefined), annotations: labels })),
  annotations: labels,
});

/** image-spec manifest.md, and Docker's image manifest V2, schema 2. */
const manifestSchema = z.object({ config: z.object({ digest }), annotations: labels });

export const anyManifestSchema = z.union([
  indexSchema.transform((value) => ({ type: 'index' as const, ...value })),
  manifestSchema.transform((value) => ({ type: 'manifest' as const, ...value })),
]);

/** image-spec config.md. Artifacts have configs of other kinds, so nothing is required. */
export const configSchema = z.object({
  os: z.string().optional().catch(undefined),
  architecture: z.string().optional().catch(undefined),
  variant: z.string().optional().catch(undefined),
  created: z.string().optional().catch(undefined),
  config: z.object({ Labels: labels }).nullish().catch(undefined),
});

export type Index = z.infer<typeof indexSchema>;
export type Manifest = z.infer<typeof manifestSchema>;
export type Config = z.infer<typeof configSchema>;

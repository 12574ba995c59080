import { createHash, randomBytes } from 'node:crypto';
import type { Digest } from '@keelson/image';
import type { TestRegistry } from '@keelson/testkit';
import { pushImage } from '@keelson/testkit';

/** The image that the post's two Deployments name. */
const REPOSITORY = 'cmunroe/ops/myapp';

export const TAGS = ['latest', 'dev-staging'] as const;
export type Tag = (typeof TAGS)[number];

export interface Pushed {
  readonly tag: Tag;
  readonly digest: Digest;
  readonly commit: string;
}

/** What CI does after a push to git: build an image, label it with its commit, move the tag. `crash` makes one that ends at once. */
export async function push(registry: TestRegistry, tag: Tag, crash: boolean): Promise<Pushed> {
  const commit = createHash('sha1').update(randomBytes(20)).digest('hex');
  const { digest } = await pushImage(registry, REPOSITORY, tag, {
    created: new Date().toISOString(),
    labels: {
      'org.opencontainers.image.revision': commit,
      'org.opencontainers.image.source': `https://gitlab.com/${REPOSITORY}`,
      ...(crash && {
        'sh.keelson.outcome': 'crash',
        'sh.keelson.log': 'Error: DATABASE_URL is not set\n    at start (server.js:12)',
      }),
    },
  });
  return { tag, digest, commit };
}

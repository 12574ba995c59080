import { RefusedError } from './docker-error.ts';
import type { DockerSettings } from './settings.ts';

/**
 * Where a registry really is. This `docker` reaches the laptop's own only: an image that a demo made belongs nowhere else.
 *
 * @throws DockerError for every other one
 */
export function registryUrl(host: string, { mirrors }: DockerSettings): string {
  const mirror = Object.hasOwn(mirrors, host) ? mirrors[host] : undefined;
  if (mirror !== undefined) return mirror;
  if (/^(?:localhost|127\.0\.0\.1)(?::\d+)?$/.test(host)) return `http://${host}`;
  const known = Object.keys(mirrors).join(', ');
  throw new RefusedError(
    `The laptop's docker does not reach ${host}; it knows ${known || 'no registry'} and 127.0.0.1.`,
  );
}

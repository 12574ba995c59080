import { startApi } from '@keelson/api';
import { createLogger } from '@keelson/log';
import type { Scene } from './scene.ts';

/** An API of a scene, and what a registry sends to it. */
export interface Hooks {
  readonly url: string;
  /** Says that this tag of the scene's repository was pushed; the digest may be a lie. */
  pushed(tag: string, digest: string): Promise<Response>;
  stop(): Promise<void>;
}

export async function startHooks({ config, repository, stage }: Scene): Promise<Hooks> {
  const log = createLogger({ level: 'fatal', name: 'e2e' });
  const api = await startApi({ config: { ...config, listen: { host: '127.0.0.1', port: 0 } }, log });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  return {
    url: api.url,
    pushed(tag, digest) {
      const target = { mediaType, repository, tag, digest };
      const events = [{ id: '1', action: 'push', target, request: { host: stage.registry.host, method: 'PUT' } }];
      return fetch(`${api.url}/webhooks/registry`, {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.docker.distribution.events.v1+json' },
        body: JSON.stringify({ events }),
      });
    },
    stop: () => api.stop(),
  };
}

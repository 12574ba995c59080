import { startApi } from '@keelson/api';
import { createLogger } from '@keelson/log';
import type { TestNamespace } from './test-namespace.ts';

/** The API over a TestNamespace, and what a registry sends to it. It stops with the namespace. */
export interface WebhookApi {
  readonly url: string;
  /** Says that this tag of the namespace's repository was pushed; the digest may be a lie. */
  pushed(tag: string, digest: string): Promise<Response>;
}

export async function startWebhookApi({ config, repository, env, onClose }: TestNamespace): Promise<WebhookApi> {
  const log = createLogger({ level: 'fatal', name: 'e2e' });
  const api = await startApi({ config: { ...config, listen: { host: '127.0.0.1', port: 0 } }, log });
  onClose(() => api.stop());
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  return {
    url: api.url,
    pushed(tag, digest) {
      const target = { mediaType, repository, tag, digest };
      const events = [{ id: '1', action: 'push', target, request: { host: env.registry.host, method: 'PUT' } }];
      return fetch(`${api.url}/webhooks/registry`, {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.docker.distribution.events.v1+json' },
        body: JSON.stringify({ events }),
      });
    },
  };
}

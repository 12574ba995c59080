import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startDebianRegistry } from './debian-registry.ts';
import { pushImage } from './push-image.ts';
import { startRegistry } from './start-registry.ts';
import type { NotifyEndpoint } from './types.ts';

interface Received {
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly events: readonly { action: string; target: Record<string, unknown>; request: Record<string, unknown> }[];
}

const received: Received[] = [];
const listener = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { events } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  received.push({ authorization: request.headers.authorization, contentType: request.headers['content-type'], events });
  response.end();
});
const notify: NotifyEndpoint[] = [];
beforeAll(async () => {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  notify.push({ url: `http://127.0.0.1:${port}/hook`, headers: { authorization: 'Bearer of-the-hook' } });
});
afterAll(() => listener.close());

describe.each([
  { name: 'the testkit registry', start: startRegistry },
  { name: "Debian's docker-registry", start: startDebianRegistry },
])('$name', ({ start }) => {
  it('tells of a push: tag, digest, repository, type and the host that was asked', async ({ skip }) => {
    received.length = 0;
    const registry = await start({ notify });
    if (registry === undefined) return skip('docker-registry is not installed');

    const { digest } = await pushImage(registry.url, 'ops/myapp', 'latest');
    const told = await vi.waitUntil(
      () => received.find(({ events }) => events.some(({ target }) => target.tag === 'latest')),
      { timeout: 20_000 },
    );
    await registry.stop();

    expect(told.authorization).toBe('Bearer of-the-hook');
    expect(told.contentType).toBe('application/vnd.docker.distribution.events.v1+json');
    expect(told.events[0]).toMatchObject({
      action: 'push',
      target: {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest,
        repository: 'ops/myapp',
        tag: 'latest',
        url: `${registry.url}/v2/ops/myapp/manifests/${digest}`,
      },
      request: { host: registry.host, method: 'PUT' },
    });
  });
});

import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen } from '@keelson/process';
import type { NotifyEndpoint } from '@keelson/simulator';
import { pushImage, startRegistry } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startDebianRegistry } from '../../src/index.ts';

const part = z.record(z.string(), z.unknown());
const envelopeSchema = z.object({ events: z.array(z.object({ action: z.string(), target: part, request: part })) });

interface Received extends z.infer<typeof envelopeSchema> {
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
}

const received: Received[] = [];
const listener = createServer((request, response) => {
  void text(request).then((body) => {
    const { events } = envelopeSchema.parse(JSON.parse(body));
    const { authorization, 'content-type': contentType } = request.headers;
    received.push({ authorization, contentType, events });
    response.end();
  });
});
const notify: NotifyEndpoint[] = [];
beforeAll(async () => {
  const port = await listen(listener, 0);
  notify.push({ url: `http://127.0.0.1:${port}/hook`, headers: { authorization: 'Bearer of-the-hook' } });
});
afterAll(() => listener.close());

describe.each([
  { name: 'the simulated registry', start: startRegistry },
  { name: "Debian's docker-registry", start: startDebianRegistry },
])('$name', ({ start }) => {
  it('a registry notifies of a push with tag, digest, repository, type and requested host', async ({ skip }) => {
    received.length = 0;
    const registry = await start({ notify });
    if (registry === undefined) return skip('docker-registry is not installed');

    const { digest } = await pushImage(registry.url, 'ops/myapp', 'latest');
    const notified = await vi.waitUntil(
      () => received.find(({ events }) => events.some(({ target }) => target.tag === 'latest')),
      { timeout: 60_000 },
    );
    await registry.stop();

    expect(notified.authorization).toBe('Bearer of-the-hook');
    expect(notified.contentType).toBe('application/vnd.docker.distribution.events.v1+json');
    expect(notified.events[0]).toMatchObject({
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

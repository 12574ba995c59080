import { expect, it } from 'vitest';
import { clientFor, digestOf, imageAt, serverFor } from './kit.ts';

const mediaType = 'application/vnd.oci.image.manifest.v1+json';

it('a connection serves one HEAD after the other', async () => {
  const headers = { 'content-type': mediaType, 'docker-content-digest': digestOf('') };
  const server = await serverFor((_, response) => response.writeHead(200, { ...headers, 'content-length': 7 }).end());
  const client = clientFor();

  for (let n = 0; n < 50; n++) await client.observe(imageAt(server, `ops/app-${n}:latest`));
  const alone = server.connections();
  await Promise.all(Array.from({ length: 100 }, (_, n) => client.observe(imageAt(server, `ops/app-${n}:latest`))));

  expect(alone).toBeLessThanOrEqual(2);
  // Sixteen for each namespace, and a quarter more for all of them.
  expect(server.connections()).toBeLessThanOrEqual(20);
  expect(server.requests).toHaveLength(150);
});

it('a server that answers HEAD with a body spoils no later answer', async () => {
  const odd = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
  const headers = { 'content-type': mediaType, 'docker-content-digest': digestOf('') };
  const server = await serverFor((request, response) => {
    response.writeHead(200, headers).end();
    if (request.url?.includes('odd')) request.socket.write(odd);
  });
  const client = clientFor();

  for (let n = 0; n < 5; n++) {
    await client.observe(imageAt(server, 'ops/odd:latest')).catch(() => undefined);
    expect(await client.observe(imageAt(server))).toEqual({ digest: digestOf('') });
  }
});

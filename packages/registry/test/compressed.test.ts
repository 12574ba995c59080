import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { clientFor, digestOf, errorOf, imageAt, serverFor } from './kit.ts';

const type = 'application/vnd.oci.image.manifest.v1+json';
const config = JSON.stringify({ config: { Labels: { 'org.opencontainers.image.revision': 'abc' } } });
const manifest = JSON.stringify({ schemaVersion: 2, mediaType: type, config: { digest: digestOf(config) } });
const digest = digestOf(manifest);

function gzipped(response: ServerResponse, body: string | Buffer, contentType = 'application/json'): void {
  response.writeHead(200, { 'content-type': contentType, 'content-encoding': 'gzip' });
  response.end(typeof body === 'string' ? gzipSync(body) : body);
}

it('tokens, manifests and configs are read where a proxy compresses them', async () => {
  const server = await serverFor(({ method, url = '', headers }, response) => {
    if (url.startsWith('/token')) return gzipped(response, JSON.stringify({ token: 'abc' }));
    if (headers.authorization !== 'Bearer abc') {
      const challenge = `Bearer realm="http://${headers.host}/token"`;
      return response.writeHead(401, { 'www-authenticate': challenge }).end();
    }
    if (method === 'HEAD') return response.writeHead(405, { 'content-encoding': 'gzip' }).end();
    return url.includes('/blobs/') ? gzipped(response, config) : gzipped(response, manifest, type);
  });
  const client = clientFor();

  expect(await client.observe(imageAt(server))).toEqual({ digest });
  expect(await client.describe(imageAt(server), digest)).toMatchObject({ labels: { revision: 'abc' } });
});

it.each([
  ['is longer than the limit', 'more than 1000 bytes', gzipSync(Buffer.alloc(1_001))],
  ['is no gzip', 'cannot be decompressed', Buffer.from('no gzip')],
])('a compressed body that %s is an error', async (_what, says, body) => {
  const server = await serverFor((_, response) => gzipped(response, body, type));

  const error = await errorOf(clientFor({ maxBodyBytes: 1_000 }).describe(imageAt(server), digest));

  expect(error).toMatchObject({ code: 'protocol', message: expect.stringContaining(says) });
});

import type { RequestListener, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Clock, clientFor, digestOf, errorOf, imageAt, serverFor } from './kit.ts';

const type = 'application/vnd.oci.image.manifest.v1+json';
const manifest = JSON.stringify({ schemaVersion: 2, mediaType: type, config: { digest: digestOf('config') } });
const digest = digestOf(manifest);

function serve(response: ServerResponse, digestHeader: string = digest): void {
  response.writeHead(200, { 'content-type': type, 'docker-content-digest': digestHeader });
  response.end(response.req.method === 'HEAD' ? undefined : manifest);
}

/** A registry that answers a HEAD oddly and a GET as it should. */
const oddHead = (odd: RequestListener) =>
  serverFor((request, response) => (request.method === 'HEAD' ? odd(request, response) : serve(response)));

const status = (code: number, headers = {}) =>
  ((_, response) => response.writeHead(code, headers).end()) as RequestListener;

describe('a HEAD without a response', () => {
  it.each<[string, RequestListener]>([
    ['hangs', () => {}],
    ['is cut', ({ socket }) => socket.destroy()],
    ['is no HTTP', ({ socket }) => socket.end('no HTTP\r\n\r\n')],
    ['redirects in a circle', (request, response) => status(302, { location: request.url })(request, response)],
  ])('a GET reads the tag next where a HEAD %s, and goes alone after the second one', async (_, odd) => {
    const clock = new Clock();
    const server = await oddHead(odd);
    const client = clientFor({ now: clock.now, deadlines: { headersMs: 1_500 } });
    const seen: string[] = [];

    for (let poll = 0; poll < 6; poll++) {
      const observed = await client.observe(imageAt(server)).catch(() => undefined);
      seen.push(observed?.digest ?? 'error');
      clock.ms += 60_000;
    }

    expect(seen).toEqual(['error', digest, 'error', digest, digest, digest]);
  });

  it('a HEAD goes on after an outage', async () => {
    const clock = new Clock();
    let isOut = true;
    const server = await serverFor(({ socket }, response) => (isOut ? socket.destroy() : serve(response)));
    const client = clientFor({ now: clock.now });
    for (let poll = 0; poll < 3; poll++) {
      await errorOf(client.observe(imageAt(server)));
      clock.ms += 60_000;
    }
    isOut = false;
    server.requests.length = 0;

    for (let poll = 0; poll < 3; poll++) await client.observe(imageAt(server));

    expect(server.requests.map((request) => request.split(' ')[0])).toEqual(['GET', 'HEAD', 'HEAD']);
  });
});

it.each<[string, RequestListener]>([
  ['204', status(204)],
  ['304', status(304)],
  ['302 without a target', status(302)],
  ['an empty digest', (_, response) => serve(response, '')],
  ['a digest in quotes', (_, response) => serve(response, `"${digest}"`)],
  ['two digests', (_, response) => serve(response, `${digest}, ${digest}`)],
])('a GET reads the tag where a HEAD is answered with %s', async (_, odd) => {
  const server = await oddHead(odd);

  expect(await clientFor().observe(imageAt(server))).toEqual({ digest });
});

describe('a GET in place of a HEAD', () => {
  it.each<[string, string, (response: ServerResponse) => void]>([
    ['names a digest that its body does not have', 'another digest', (response) => serve(response, digestOf('other'))],
    [
      'ends early',
      'cannot read',
      (response) => response.writeHead(200, { 'content-type': type, 'content-length': 10 }).end(manifest.slice(0, 10)),
    ],
    ['is empty', 'cannot read', (response) => response.writeHead(200, { 'content-type': type }).end()],
  ])('is no observation where it %s', async (_, says, answer) => {
    const server = await serverFor((request, response) =>
      request.method === 'HEAD' ? status(405)(request, response) : answer(response),
    );

    const error = await errorOf(clientFor().observe(imageAt(server)));

    expect(error).toMatchObject({ code: 'protocol', message: expect.stringContaining(says) });
  });
});

it.each<[string, RequestListener, string]>([
  [
    'content-type',
    (_, response) => response.writeHead(200, ['content-type', type, 'content-type', type]).end(),
    'protocol',
  ],
  ['location', (_, response) => response.writeHead(302, ['location', '/a', 'location', '/b']).end(), 'protocol'],
  [
    'retry-after',
    (_, response) => response.writeHead(429, ['retry-after', '1', 'retry-after', '2']).end(),
    'rate-limited',
  ],
  [
    'date',
    (_, response) => {
      const date = 'Mon, 30 Nov 2026 10:00:00 GMT';
      response.sendDate = false;
      response.writeHead(429, ['retry-after', date, 'date', date, 'date', date]).end();
    },
    'rate-limited',
  ],
])('a response with two headers %s is a failure of the registry, not of Keelson', async (_, odd, code) => {
  const server = await serverFor(odd);

  expect(await errorOf(clientFor().observe(imageAt(server)))).toMatchObject({ name: 'RegistryError', code });
});

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Digest } from '@keelson/image';
import { pushImage } from '@keelson/simulator';
import { describe, expect, it } from 'vitest';
import { Clock, clientFor, digestOf, imageAt, indexOf, registryFor, serverFor } from './kit.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const digest = digestOf('good');
const found = { 'content-type': manifestType, 'docker-content-digest': digest };

/** One host with a good image, `ops/myapp`, and an odd one, `ops/odd`, that is answered as the test says. */
function oddImage(odd: (request: IncomingMessage, response: ServerResponse) => void) {
  return serverFor((request, response) => {
    if (request.url?.includes('ops/odd')) odd(request, response);
    else response.writeHead(200, found).end();
  });
}

const strange: readonly {
  readonly how: string;
  readonly odd: (request: IncomingMessage, response: ServerResponse) => void;
}[] = [
  { how: 'is never answered', odd: () => undefined },
  { how: 'is answered byte by byte', odd: (request) => drip(request) },
  { how: 'is cut', odd: (request) => request.socket.destroy() },
  { how: 'is answered with what is not HTTP', odd: (request) => request.socket.end('SSH-2.0-OpenSSH\r\n') },
  { how: 'redirects to itself', odd: ({ url = '' }, response) => response.writeHead(302, { location: url }).end() },
  {
    how: 'redirects farther each time',
    odd: ({ url = '' }, response) => response.writeHead(302, { location: `${url}x` }).end(),
  },
  {
    how: 'redirects to a port that nobody listens on',
    odd: (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  },
  { how: 'is answered 500', odd: (_, response) => response.writeHead(500).end() },
  { how: 'is answered 401 without a challenge', odd: (_, response) => response.writeHead(401).end() },
  {
    how: 'demands tokens of a realm that nobody listens on',
    odd: (_, response) =>
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://127.0.0.1:1/token"' }).end(),
  },
  {
    how: 'has endless headers',
    odd: (_, response) => response.writeHead(200, { ...found, 'x-long': 'x'.repeat(60_000) }).end(),
  },
  {
    how: 'has a body to HEAD',
    odd: ({ socket }, response) => response.writeHead(200, found).end(() => socket.write('x'.repeat(1_000))),
  },
];

function drip({ socket }: IncomingMessage): void {
  const timer = setInterval(() => socket.write('H'), 20);
  socket.on('close', () => clearInterval(timer));
}

describe('an image on the same host', () => {
  it.each(strange)('an image is observed while another one of its host $how', async ({ odd }) => {
    const server = await oddImage(odd);
    const client = clientFor({ deadlines: { headersMs: 1_500, bodyMs: 1_500 } });
    const failures: unknown[] = [];

    for (let poll = 0; poll < 3; poll++) {
      const others = [1, 2].map((n) =>
        client.observe(imageAt(server, `ops/odd-${n}:latest`)).catch((error: unknown) => failures.push(error)),
      );
      expect(await client.observe(imageAt(server))).toEqual({ digest });
      await Promise.all(others);
      expect(await client.observe(imageAt(server, 'ops/myapp:other'))).toEqual({ digest });
    }
  });
});

describe('an index bomb', () => {
  /** Indexes that name each other without end: each path is one more index. */
  function bomb(width: number, padding: number) {
    const bodies = new Map<string, string>();
    const build = (depth: number, name: string): Digest => {
      const children = depth === 0 ? [] : Array.from({ length: width }, (_, n) => build(depth - 1, `${name}.${n}`));
      const body = JSON.stringify({
        ...indexOf(...children.map((child) => ({ mediaType: indexType, digest: child }))),
        annotations: { name, padding: 'x'.repeat(padding) },
      });
      bodies.set(digestOf(body), body);
      return digestOf(body);
    };
    return { top: build(3, 'top'), bodies };
  }

  it.each([
    { what: 'of many indexes', width: 8, padding: 0 },
    { what: 'of long indexes', width: 3, padding: 900_000 },
  ])('an index bomb $what costs a bounded number of requests', async ({ width, padding }) => {
    const { top, bodies } = bomb(width, padding);
    const server = await serverFor(({ url = '' }, response) => {
      response.writeHead(200, { 'content-type': indexType }).end(bodies.get(url.split('/').at(-1) ?? ''));
    });
    const client = clientFor();

    const description = await client.describe(imageAt(server), top);
    const configs = await client.configDigests(imageAt(server), top);

    expect(configs).toEqual({ digests: [], complete: false });
    expect(server.requests.length).toBeLessThanOrEqual(1 + 8);
    expect(description.relatedDigests.length).toBeLessThanOrEqual(1_001);
  });

  it('an image that lists a thousand platforms is compared by a few of them', async () => {
    const children = Array.from({ length: 1_000 }, (_, n) => JSON.stringify({ config: { digest: digestOf(`${n}`) } }));
    const body = JSON.stringify(
      indexOf(...children.map((child) => ({ mediaType: manifestType, digest: digestOf(child) }))),
    );
    const bodies = new Map([body, ...children].map((one) => [digestOf(one) as string, one]));
    const server = await serverFor(({ url = '' }, response) => {
      response.writeHead(200, { 'content-type': manifestType }).end(bodies.get(url.split('/').at(-1) ?? ''));
    });

    const configs = await clientFor().configDigests(imageAt(server), digestOf(body));

    expect(configs.complete).toBe(false);
    expect(server.requests).toHaveLength(1 + 4);
  });
});

it('labels that a registry serves to one are not those of another image with that digest', async () => {
  const [good, poor] = [await registryFor(), await registryFor()];
  const labels = { 'org.opencontainers.image.revision': 'abc' };
  const pushed = await pushImage(good, 'ops/myapp', 'latest', { labels, platforms: ['linux/amd64'] });
  await pushImage(poor, 'ops/myapp', 'latest', { labels, platforms: ['linux/amd64'] });
  poor.faults.inject({ path: pushed.manifestDigests[0] ?? '', fault: { type: 'status', status: 404 } });
  const client = clientFor();

  const first = await client.describe(imageAt(poor), pushed.digest);
  const second = await client.describe(imageAt(good), pushed.digest);

  expect(first.labels).toEqual({});
  expect(second.labels).toEqual({ revision: 'abc' });
});

const refusals = [
  { how: 'has not', fault: { type: 'status', status: 404 } as const },
  { how: 'answers 429 for', fault: { type: 'status', status: 429 } as const },
  { how: 'cuts', fault: { type: 'reset' } as const },
];

it.each(refusals)(
  'labels that a registry once $how are read for the next workload of that digest (law 17)',
  async ({ fault }) => {
    const registry = await registryFor();
    const labels = { 'org.opencontainers.image.revision': 'abc' };
    const pushed = await pushImage(registry, 'ops/myapp', 'latest', { labels, platforms: ['linux/amd64'] });
    const clock = new Clock();
    const client = clientFor({ now: clock.now });
    const remove = registry.faults.inject({ path: pushed.manifestDigests[0] ?? '', fault });
    const first = await client.describe(imageAt(registry), pushed.digest, { share: 'tenant' });
    remove();
    clock.ms += 3_600_000;

    const second = await client.describe(imageAt(registry), pushed.digest, { share: 'victim' });

    expect([first.labels, second.labels]).toEqual([{}, { revision: 'abc' }]);
  },
);

it('an image is described with the credentials of who asks, whoever described it before (law 10)', async () => {
  const registry = await registryFor({ auth: { type: 'basic', users: { dev: 'right' } } });
  const { digest: pushed } = await pushImage(registry, 'ops/myapp', 'latest');
  const client = clientFor();
  const right = { credentials: [{ type: 'basic' as const, username: 'dev', password: 'right' }] };
  const wrong = { credentials: [{ type: 'basic' as const, username: 'dev', password: 'wrong' }] };

  const described = await client.describe(imageAt(registry), pushed, right);

  for (const options of [wrong, {}]) {
    await expect(client.describe(imageAt(registry), pushed, options)).rejects.toMatchObject({ code: 'unauthorized' });
  }
  expect(await client.describe(imageAt(registry), pushed, right)).toEqual(described);
});

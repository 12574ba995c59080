import type { IncomingMessage, ServerResponse } from 'node:http';
import { pushImage } from '@keelson/simulator';
import { describe, expect, it } from 'vitest';
import { Clock, clientFor, digestOf, errorOf, imageAt, registryFor, serverFor } from './kit.ts';

const digest = digestOf('good');
const found = { 'content-type': 'application/vnd.oci.image.manifest.v1+json', 'docker-content-digest': digest };
const wrong = { credentials: [{ type: 'basic' as const, username: 'dev', password: 'wrong' }], share: 'tenant' };
const victim = { share: 'victim' };

/** A host with an image of everybody, `ops/myapp`, and paths of a tenant, which are answered as the test says. */
function sharedHost(odd: (request: IncomingMessage, response: ServerResponse) => void) {
  return serverFor((request, response) => {
    if (request.url?.includes('tenant')) odd(request, response);
    else response.writeHead(200, found).end();
  });
}

describe('what fails for a tenant pauses no other namespace (law 17)', () => {
  it.each([
    [
      'answers 429 for an hour',
      (_: IncomingMessage, answer: ServerResponse) => answer.writeHead(429, { 'retry-after': '3600' }).end(),
    ],
    [
      'answers 503 for an hour',
      (_: IncomingMessage, answer: ServerResponse) => answer.writeHead(503, { 'retry-after': '3600' }).end(),
    ],
    ['answers 500', (_: IncomingMessage, answer: ServerResponse) => answer.writeHead(500).end()],
    ['cuts connections', (request: IncomingMessage) => request.socket.destroy()],
    ['hangs', () => undefined],
    [
      'says that no manifest is left',
      (_: IncomingMessage, answer: ServerResponse) =>
        answer.writeHead(200, { ...found, 'ratelimit-limit': '100', 'ratelimit-remaining': '0' }).end(),
    ],
    [
      'refuses HEAD',
      ({ method }: IncomingMessage, answer: ServerResponse) =>
        answer.writeHead(method === 'HEAD' ? 405 : 200, found).end(),
    ],
  ])('a victim is answered while its host %s for a tenant', async (_how, odd) => {
    const server = await sharedHost(odd);
    const client = clientFor({ deadlines: { headersMs: 300 } });

    for (let n = 0; n < 5; n++) {
      const image = imageAt(server, `tenant/${n}:latest`);
      const tenant = { share: 'tenant' };
      await Promise.allSettled([client.observe(image, tenant), client.describe(image, digest, tenant)]);
    }
    const before = server.requests.length;

    expect(await client.observe(imageAt(server), victim)).toEqual({ digest });
    expect(server.requests.slice(before)).toEqual(['HEAD /v2/ops/myapp/manifests/latest']);
  });

  it('a victim sees a public image that a tenant follows with a wrong pull secret (law 17)', async () => {
    const server = await serverFor(({ headers }, response) => {
      response.writeHead(headers.authorization === undefined ? 200 : 401, found).end();
    });
    const demanding = await registryFor({
      auth: { type: 'bearer', users: { dev: 'right' }, anonymous: true },
    });
    const pushed = await pushImage(demanding, 'ops/myapp', 'latest');
    const clock = new Clock();
    const client = clientFor({ now: clock.now });
    const seen = [];

    for (let n = 0; n < 20; n++) {
      clock.ms += 1_000;
      for (const one of [server, demanding]) await client.observe(imageAt(one), wrong).catch(() => undefined);
      seen.push((await client.observe(imageAt(server), victim)).digest);
      seen.push((await client.observe(imageAt(demanding), victim)).digest);
    }

    expect(new Set(seen)).toEqual(new Set([digest, pushed.digest]));
  });
});

it('credentials that are refused again and again are sent less and less often (law 17)', async () => {
  const registry = await registryFor({ auth: { type: 'basic', users: { dev: 'right' } } });
  await pushImage(registry, 'ops/myapp', 'latest');
  const clock = new Clock();
  const client = clientFor({ now: clock.now });
  const codes = new Set<string>();

  for (let second = 0; second < 300; second++) {
    clock.ms += 1_000;
    codes.add((await errorOf(client.observe(imageAt(registry), wrong))).code);
  }
  const sent = registry.requests.filter(({ headers }) => headers.authorization !== undefined).length;
  const right = { credentials: [{ type: 'basic' as const, username: 'dev', password: 'right' }], share: 'tenant' };

  expect(codes).toEqual(new Set(['unauthorized']));
  expect(sent).toBeLessThan(15);
  expect((await client.observe(imageAt(registry), right)).digest).toMatch(/^sha256:/);
});

it('the realm that one repository names gets no credentials for those of another namespace (law 17)', async () => {
  const thief = await serverFor((_, response) => response.writeHead(401).end());
  const authorizations: unknown[] = [];
  const server = await serverFor(({ url = '', headers }, response) => {
    const realm = `Bearer realm="http://${thief.host}/token"`;
    if (url.includes('tenant')) response.writeHead(401, { 'www-authenticate': realm }).end();
    else if (headers.authorization === undefined) response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
    else response.writeHead(200, found).end();
    authorizations.push(headers.authorization);
  });
  const client = clientFor();
  await errorOf(client.observe(imageAt(server, 'tenant/app:latest'), { share: 'tenant' }));
  const before = thief.requests.length;

  const own = { credentials: [{ type: 'basic' as const, username: 'dev', password: 'right' }], ...victim };
  expect(await client.observe(imageAt(server), own)).toEqual({ digest });

  expect(thief.requests).toHaveLength(before);
});

it('a request is next but a few, however many a tenant has waiting at the same host (law 17)', async () => {
  const held: ServerResponse[] = [];
  const server = await serverFor((_, response) => held.push(response));
  const client = clientFor({ perHostConcurrency: 4, deadlines: { headersMs: 3_600_000 } });
  const tenant = Array.from({ length: 500 }, (_, n) =>
    client.observe(imageAt(server, `tenant/${n}:latest`), { share: 'tenant' }).catch(() => undefined),
  );
  await expect.poll(() => server.requests.length).toBe(4);

  const observed = client.observe(imageAt(server), victim);
  await expect.poll(() => server.requests.length).toBe(5);
  held[4]?.writeHead(200, found).end();

  expect(await observed).toEqual({ digest });
  await client.close();
  await Promise.all(tenant);
});

it('nobody waits for a description that a tenant of the same image has in its own line (law 17)', async () => {
  const body = JSON.stringify({ config: { digest } });
  const image = digestOf(body);
  const server = await serverFor(({ url = '' }, response) => {
    if (!url.includes('tenant')) response.writeHead(200, found).end(body);
  });
  const client = clientFor({ perHostConcurrency: 4, deadlines: { headersMs: 3_600_000 } });
  const tenant = Array.from({ length: 20 }, (_, n) =>
    client.describe(imageAt(server, `tenant/${n}:latest`), image, { share: 'tenant' }).catch(() => undefined),
  );
  await expect.poll(() => server.requests.length).toBe(4);
  tenant.push(client.describe(imageAt(server), image, { share: 'tenant' }).catch(() => undefined));

  const described = await Promise.all(
    ['victim', 'other'].map((share) => client.describe(imageAt(server), image, { share })),
  );

  expect(described.map(({ relatedDigests }) => relatedDigests)).toEqual([
    [image, digest],
    [image, digest],
  ]);
  await client.close();
  await Promise.all(tenant);
});

it('no description fails by a pause of a tenant that wants the same one (law 17)', async () => {
  const body = JSON.stringify({ config: { digest } });
  const server = await serverFor(({ url = '' }, response) => {
    if (url.includes('tenant')) response.writeHead(500).end();
    else response.writeHead(200, found).end(body);
  });
  const client = clientFor();
  for (let n = 0; n < 5; n++) {
    await client.observe(imageAt(server, `tenant/${n}:latest`), { share: 'tenant' }).catch(() => undefined);
  }

  const [tenant, described] = await Promise.allSettled(
    ['tenant', 'victim'].map((share) => client.describe(imageAt(server), digestOf(body), { share })),
  );

  expect(tenant).toMatchObject({ reason: { code: 'paused' } });
  expect(described).toMatchObject({ value: { relatedDigests: [digestOf(body), digest] } });
});

it('the token of a realm that a tenant named is used for nobody else (law 17)', async () => {
  const held: ServerResponse[] = [];
  const thief = await serverFor((_, response) => held.push(response));
  const realm = await serverFor((_, response) => response.end('{"token":"good"}'));
  const server = await serverFor(({ url = '', headers }, response) => {
    const named = url.includes('tenant') ? thief : realm;
    const challenge = { 'www-authenticate': `Bearer realm="http://${named.host}/token"` };
    if (headers.authorization === 'Bearer good') response.writeHead(200, found).end();
    else response.writeHead(401, challenge).end();
  });
  const client = clientFor({ deadlines: { headersMs: 3_600_000 } });
  const tenant = [client.observe(imageAt(server, 'tenant/app:latest'), { share: 'tenant' }).catch(() => undefined)];
  await expect.poll(() => held.length).toBe(1);
  // What its own repository demands is tried for the victim's.
  tenant.push(client.observe(imageAt(server), { share: 'tenant' }).catch(() => undefined));
  await expect.poll(() => held.length).toBe(2);

  expect(await client.observe(imageAt(server), victim)).toEqual({ digest });
  await client.close();
  await Promise.all(tenant);
});

describe('a limit that several namespaces share', () => {
  /** A registry that gives 100 manifests, whoever wants them. */
  async function limited() {
    let left = 100;
    const server = await serverFor(({ method, url = '' }, response) => {
      if (method === 'GET') left--;
      const headers = {
        ...found,
        'ratelimit-limit': '100;w=21600',
        'ratelimit-remaining': `${Math.max(0, left)};w=21600`,
      };
      const body = JSON.stringify({ config: { digest }, url: url.split('/').at(-1) });
      response.writeHead(left < 0 ? 429 : 200, headers).end(method === 'HEAD' ? undefined : body);
    });
    return { server, left: () => left };
  }

  const read = async (
    client: ReturnType<typeof clientFor>,
    host: { readonly host: string },
    share: string,
    times: number,
  ) => {
    for (let n = 0; n < times; n++) {
      // Content of another digest: the request was counted all the same.
      await client.describe(imageAt(host), digestOf(`${share} ${n}`), { share }).catch(() => undefined);
    }
  };

  it('a tenant leaves half of it to the others (law 17)', async () => {
    const { server, left } = await limited();
    const client = clientFor();
    await client.observe(imageAt(server), victim);

    await read(client, server, 'tenant', 200);

    expect(left()).toBe(50);
  });

  it('a namespace that is alone may use all of it', async () => {
    const { server, left } = await limited();

    await read(clientFor(), server, 'alone', 200);

    expect(left()).toBeLessThanOrEqual(0);
  });
});

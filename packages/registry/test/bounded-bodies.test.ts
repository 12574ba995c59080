import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { bounds } from '@keelson/core';
import type { Digest } from '@keelson/image';
import { describe, expect, it } from 'vitest';
import type { OddServer } from './kit.ts';
import { clientFor, digestOf, errorOf, imageAt, indexOf, serverFor } from './kit.ts';

const indexType = 'application/vnd.oci.image.index.v1+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** A registry that serves these bodies by their digests. `sent`: bytes of bodies so far. */
async function serving(...bodies: readonly string[]): Promise<OddServer & { readonly sent: () => number }> {
  const byDigest = new Map<string, string>(bodies.map((body) => [digestOf(body), body]));
  let sent = 0;
  const server = await serverFor(({ url = '' }, response) => {
    const body = byDigest.get(url.split('/').at(-1) ?? '');
    sent += body?.length ?? 0;
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': indexType }).end(body);
  });
  return { ...server, sent: () => sent };
}

const padded = (manifest: object, bytes: number): string =>
  JSON.stringify({ ...manifest, annotations: { padding: 'x'.repeat(bytes) } });

describe('an index', () => {
  const long = padded(indexOf(), bounds.manifestBytes);

  it.each([
    ['and says so', (response: ServerResponse) => response.writeHead(200, { 'content-length': long.length }).end(long)],
    ['without saying so', (response: ServerResponse) => response.writeHead(200).end(long)],
    ['once it is decompressed', (response: ServerResponse) => gzipped(response, long)],
  ])('an index that is longer than any image %s is refused with a sentence (law 17)', async (_how, serve) => {
    const server = await serverFor((_, response) => serve(response));

    const error = await errorOf(clientFor().describe(imageAt(server), digestOf(long)));

    expect(error).toMatchObject({ code: 'protocol' });
    expect(error.message).toContain(`more than ${bounds.manifestBytes} bytes`);
  });

  it.each([
    ['a million empty values', `{"manifests":[${'0,'.repeat(400_000)}0]}`],
    ['lists within lists', `{"manifests":${'['.repeat(1_000)}${']'.repeat(1_000)}}`],
  ])('an index of %s is not parsed (law 17)', async (_what, body) => {
    const server = await serving(body);

    const error = await errorOf(clientFor().describe(imageAt(server), digestOf(body)));

    expect(error.message).toContain('Keelson cannot read the content');
  });

  it('an index of a thousand annotated platforms is read', async () => {
    const entries = Array.from({ length: bounds.imageManifests }, (_, n) => ({
      mediaType: manifestType,
      digest: digestOf(`${n}`),
      size: 1_234,
      platform: { os: 'linux', architecture: `a${n}`, 'os.features': ['x', 'y'] },
      annotations: { 'org.opencontainers.image.title': 'a, b, [c] and {d}', another: `${n}` },
    }));
    const body = JSON.stringify(indexOf(...entries));
    const server = await serving(body);

    expect((await clientFor().describe(imageAt(server), digestOf(body))).relatedDigests).toHaveLength(1_001);
  });
});

it('one image costs a bounded number of bytes, however many long indexes it names (law 17)', async () => {
  const inner = Array.from({ length: 8 }, (_, n) => padded({ ...indexOf(), n }, bounds.childManifestBytes - 1_000));
  const entries = inner.map((body) => ({ mediaType: indexType, digest: digestOf(body) }));
  const top = padded(indexOf(...entries), bounds.manifestBytes - 10_000);
  const server = await serving(top, ...inner);

  const description = await clientFor().describe(imageAt(server), digestOf(top));

  expect(description.relatedDigests).toHaveLength(1 + 8);
  expect(server.sent()).toBeLessThanOrEqual(bounds.imageBytes + bounds.childManifestBytes);
  expect(server.requests.length).toBeGreaterThan(2);
});

it('a config that is longer than any is not read, and the image has no labels (law 17)', async () => {
  const config = JSON.stringify({ config: { Labels: { 'org.opencontainers.image.revision': 'abc' } } });
  const long = `${config}${' '.repeat(bounds.imageConfigBytes)}`;
  const [short, poor] = [config, long].map((one) => JSON.stringify({ config: { digest: digestOf(one) } }));
  const server = await serving(config, long, short ?? '', poor ?? '');
  const labelsOf = async (digest: Digest) => (await clientFor().describe(imageAt(server), digest)).labels;

  expect(await labelsOf(digestOf(short ?? ''))).toEqual({ revision: 'abc' });
  expect(await labelsOf(digestOf(poor ?? ''))).toEqual({});
});

it('of an error only the start is read (law 17)', async () => {
  let sent = 0;
  const server = await serverFor((_, response) => {
    response.writeHead(404);
    const more = (): void => {
      sent += 65_536;
      if (!response.destroyed) response.write(Buffer.alloc(65_536), () => setImmediate(more));
    };
    more();
  });

  const error = await errorOf(clientFor().describe(imageAt(server), digestOf('')));

  expect(error.code).toBe('not-found');
  expect(sent).toBeLessThan(100 * bounds.errorBodyBytes);
});

it.each([
  ['a token', { token: 'x'.repeat(bounds.tokenChars + 1) }, 'holds no token'],
  ['a response', { token: 'good', padding: 'x'.repeat(bounds.tokenAnswerBytes) }, `${bounds.tokenAnswerBytes} bytes`],
])('%s that is longer than any is no token (law 17)', async (_what, answer, why) => {
  const server = await serverFor(({ url = '', headers }, response) => {
    const challenge = { 'www-authenticate': `Bearer realm="http://${headers.host}/token"` };
    if (url.startsWith('/token')) response.writeHead(200).end(JSON.stringify(answer));
    else response.writeHead(401, challenge).end();
  });

  const error = await errorOf(clientFor().observe(imageAt(server)));

  expect(error).toMatchObject({ code: 'protocol', message: expect.stringContaining(why) });
  expect(server.requests.filter((one) => one.startsWith('GET /token'))).toHaveLength(1);
});

it('what one namespace reads in long bodies does not delay the short ones of another (law 17)', async () => {
  const long = padded(indexOf(), 2 * bounds.shortBodyBytes);
  const short = JSON.stringify(indexOf());
  const server = await serverFor(({ url = '' }, response) => {
    response.writeHead(200, { 'content-type': indexType });
    if (url.includes(digestOf(short))) response.end(short);
    // It never ends.
    else response.write(long.slice(0, bounds.shortBodyBytes + 10));
  });
  const client = clientFor({ deadlines: { bodyMs: 3_600_000 } });
  const hanging = Array.from({ length: 10 }, (_, n) =>
    errorOf(client.describe(imageAt(server, `ops/long-${n}:latest`), digestOf(long), { share: 'tenant' })),
  );
  await expect.poll(() => server.requests.length).toBe(10);

  const described = await client.describe(imageAt(server), digestOf(short), { share: 'victim' });
  await client.close();
  await Promise.all(hanging);

  expect(described.relatedDigests).toEqual([digestOf(short)]);
});

it('a long body is read beside those of several other namespaces that never end (law 17)', async () => {
  const long = padded(indexOf(), 2 * bounds.shortBodyBytes);
  const server = await serverFor(({ url = '' }, response) => {
    response.writeHead(200, { 'content-type': indexType });
    if (url.includes('victim')) response.end(long);
    else response.write(long.slice(0, bounds.shortBodyBytes + 10));
  });
  const client = clientFor({ deadlines: { bodyMs: 3_600_000 } });
  const read = (repository: string, share: string) =>
    client.describe(imageAt(server, `ops/${repository}:latest`), digestOf(long), { share });
  const hanging = Array.from({ length: 5 }, (_, n) => errorOf(read(`long-${n}`, `tenant-${n}`)));
  await expect.poll(() => server.requests.length).toBe(5);

  const described = await read('victim', 'victim');
  await client.close();
  await Promise.all(hanging);

  expect(described.relatedDigests).toEqual([digestOf(long)]);
});

it('no more long bodies are read at the same time than the bound, and short ones beside them (law 17)', async () => {
  const long = padded(indexOf(), 2 * bounds.shortBodyBytes);
  const short = JSON.stringify(indexOf());
  const server = await serverFor(({ url = '' }, response) => {
    response.writeHead(200, { 'content-type': indexType });
    if (url.includes(digestOf(short))) response.end(short);
    else if (url.includes('last')) response.end(long);
    else response.write(long.slice(0, bounds.shortBodyBytes + 10));
  });
  const client = clientFor({ deadlines: { bodyMs: 3_600_000 } });
  const read = (repository: string, digest: Digest, share: string) =>
    client.describe(imageAt(server, `ops/${repository}:latest`), digest, { share });
  const hanging = Array.from({ length: bounds.longBodies }, (_, n) =>
    errorOf(read(`long-${n}`, digestOf(long), `tenant-${n}`)),
  );
  await expect.poll(() => server.requests.length).toBe(bounds.longBodies);
  await read('short', digestOf(short), 'victim');

  const last = read('last', digestOf(long), 'last').then(
    () => 'read',
    () => 'waits',
  );
  for (let n = 0; n < 5; n++) await read(`short-${n}`, digestOf(short), `victim-${n}`);
  await client.close();
  await Promise.all(hanging);

  expect(await last).toBe('waits');
});

function gzipped(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
}

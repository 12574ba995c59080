import { createHash } from 'node:crypto';
import { pushImage, startRegistry } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDebianRegistry } from '../../src/index.ts';

const mediaTypes = {
  oci: {
    index: 'application/vnd.oci.image.index.v1+json',
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
  },
};

function digestOf(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** What both registries must do alike, so that what is learnt on the small one holds for the real one. */
const makes = [
  { name: 'the testkit registry', start: () => startRegistry() },
  { name: "Debian's docker-registry", start: () => startDebianRegistry() },
];

const started = await Promise.all(makes.map(async ({ name, start }) => ({ name, registry: await start() })));

// The binary is a package of Debian's; without it that half of the contract says that it is skipped.
describe.each(started.filter(({ registry }) => registry === undefined))('$name', () => {
  it.skipIf(true)('is not installed', () => expect.unreachable());
});

describe.each(started.filter(({ registry }) => registry !== undefined))('$name', ({ registry }) => {
  const url = registry?.url ?? '';
  beforeAll(() => pushImage(url, 'ops/myapp', 'latest', { platforms: ['linux/amd64', 'linux/arm64/v8'] }));
  afterAll(() => registry?.stop());

  it('a registry serves the base endpoint', async () => {
    const response = await fetch(`${url}/v2/`);

    expect(response.status).toBe(200);
    expect(response.headers.get('docker-distribution-api-version')).toBe('registry/2.0');
  });

  it('a registry serves an index, its manifests and configs by digest, as they were pushed', async () => {
    const pushed = await pushImage(url, 'ops/index', 'v1', { platforms: ['linux/amd64', 'linux/arm64/v8'] });

    const bodies = await Promise.all([
      ...[pushed.digest, ...pushed.manifestDigests].map((digest) => get(`${url}/v2/ops/index/manifests/${digest}`)),
      ...pushed.configDigests.map((digest) => get(`${url}/v2/ops/index/blobs/${digest}`)),
    ]);

    expect(bodies.map(digestOf)).toEqual([pushed.digest, ...pushed.manifestDigests, ...pushed.configDigests]);
  });

  it.each([
    { accept: mediaTypes.oci.index, status: 200 },
    { accept: `${mediaTypes.oci.manifest}, ${mediaTypes.oci.index}`, status: 200 },
    { accept: mediaTypes.oci.manifest, status: 404 },
  ])('a registry serves an index with $status where $accept is accepted', async ({ accept, status }) => {
    const response = await fetch(`${url}/v2/ops/myapp/manifests/latest`, { method: 'HEAD', headers: { accept } });

    expect(response.status).toBe(status);
  });

  it('a registry sends digest, type and length on HEAD', async () => {
    const { digest } = await pushImage(url, 'ops/head', 'v1');
    const headers = { accept: mediaTypes.oci.manifest };

    const response = await fetch(`${url}/v2/ops/head/manifests/v1`, { method: 'HEAD', headers });
    const body = await get(`${url}/v2/ops/head/manifests/v1`);

    expect(response.headers.get('docker-content-digest')).toBe(digest);
    expect(response.headers.get('content-type')).toBe(mediaTypes.oci.manifest);
    expect(response.headers.get('content-length')).toBe(String(body.length));
  });

  it('a registry accepts a blob in chunks', async () => {
    const chunks = [Buffer.from('one '), Buffer.from('two')];
    const digest = digestOf(Buffer.concat(chunks));
    let location = await startUpload(url, 'ops/chunks');
    const send = (from: number, body: Buffer): Promise<Response> => {
      const headers = {
        'content-range': `${from}-${from + body.length - 1}`,
        'content-type': 'application/octet-stream',
      };
      return fetch(location, { method: 'PATCH', headers, body: new Uint8Array(body) });
    };

    const first = await send(0, chunks[0] ?? Buffer.alloc(0));
    location = new URL(first.headers.get('location') ?? '', url);
    const second = await send(4, chunks[1] ?? Buffer.alloc(0));
    location = new URL(second.headers.get('location') ?? '', url);
    location.searchParams.set('digest', digest);
    const committed = await fetch(location, { method: 'PUT' });

    expect([first.status, second.status, committed.status]).toEqual([202, 202, 201]);
    expect(second.headers.get('range')).toBe('0-6');
    expect(digestOf(await get(`${url}/v2/ops/chunks/blobs/${digest}`))).toBe(digest);
  });

  it('a registry mounts a blob from another repository, and starts an upload where there is none', async () => {
    const { configDigests } = await pushImage(url, 'ops/from', 'v1');
    const mount = (digest: string | undefined): Promise<Response> =>
      fetch(`${url}/v2/ops/to/blobs/uploads/?mount=${digest}&from=ops/from`, { method: 'POST' });

    const statuses = [(await mount(configDigests[0])).status, (await mount(`sha256:${'1'.repeat(64)}`)).status];

    expect(statuses).toEqual([201, 202]);
  });

  it('a registry refuses a blob with another digest', async () => {
    const location = await startUpload(url, 'ops/wrong');
    location.searchParams.set('digest', digestOf(Buffer.from('something else')));

    const response = await fetch(location, { method: 'PUT', body: 'something' });

    expect(response.status).toBe(400);
    expect(await codes(response)).toEqual(['DIGEST_INVALID']);
  });

  it('a registry keeps a blob when a later upload of it is refused', async () => {
    const { digest, configDigests } = await pushImage(url, 'ops/kept', 'v1');
    const [config = ''] = configDigests;
    const wrong = `sha256:${'4'.repeat(64)}`;
    const manifest = await get(`${url}/v2/ops/kept/manifests/${digest}`);
    const location = await startUpload(url, 'ops/kept');
    location.searchParams.set('digest', wrong);

    const blob = new Uint8Array(await get(`${url}/v2/ops/kept/blobs/${config}`));
    const refused = [
      await fetch(location, { method: 'PUT', body: blob }),
      await fetch(`${url}/v2/ops/kept/manifests/${wrong}`, {
        method: 'PUT',
        headers: { 'content-type': mediaTypes.oci.manifest },
        body: new Uint8Array(manifest),
      }),
    ];

    expect(refused.map(({ status }) => status)).toEqual([400, 400]);
    expect(digestOf(await get(`${url}/v2/ops/kept/blobs/${config}`))).toBe(config);
    expect(digestOf(await get(`${url}/v2/ops/kept/manifests/v1`))).toBe(digest);
  });

  it('a registry refuses a manifest with missing blobs', async () => {
    const config = { mediaType: mediaTypes.oci.config, digest: `sha256:${'2'.repeat(64)}`, size: 2 };
    const manifest = { schemaVersion: 2, mediaType: mediaTypes.oci.manifest, config, layers: [] };
    const headers = { 'content-type': mediaTypes.oci.manifest };

    const body = JSON.stringify(manifest);
    const response = await fetch(`${url}/v2/ops/missing/manifests/v1`, { method: 'PUT', headers, body });

    expect(response.status).toBe(400);
    expect(await codes(response)).toEqual(['MANIFEST_BLOB_UNKNOWN']);
  });

  it.each([
    { path: '/v2/ops/myapp/manifests/nothing', code: 'MANIFEST_UNKNOWN' },
    { path: `/v2/ops/myapp/blobs/sha256:${'3'.repeat(64)}`, code: 'BLOB_UNKNOWN' },
    { path: '/v2/ops/nothing/tags/list', code: 'NAME_UNKNOWN' },
  ])('a registry replies to $path with $code', async ({ path, code }) => {
    const response = await fetch(`${url}${path}`);

    expect(response.status).toBe(404);
    expect(await codes(response)).toEqual([code]);
  });

  it('a registry lists every tag', async () => {
    for (const tag of ['c', 'a', 'b']) await pushImage(url, 'ops/tags', tag);

    const response = await fetch(`${url}/v2/ops/tags/tags/list`);
    const { name, tags }: { name: string; tags: string[] } = JSON.parse(await response.text());

    expect({ name, tags: tags.sort() }).toEqual({ name: 'ops/tags', tags: ['a', 'b', 'c'] });
  });

  it('a registry deletes a manifest by digest, and its tags with it', async () => {
    const { digest } = await pushImage(url, 'ops/gone', 'v1', { labels: { only: 'here' } });

    const deleted = await fetch(`${url}/v2/ops/gone/manifests/${digest}`, { method: 'DELETE' });
    const after = await fetch(`${url}/v2/ops/gone/manifests/v1`, { headers: { accept: mediaTypes.oci.manifest } });

    expect([deleted.status, after.status]).toEqual([202, 404]);
  });
});

async function get(url: string): Promise<Buffer> {
  const accept = Object.values(mediaTypes).flatMap((types) => Object.values(types));
  const response = await fetch(url, { headers: { accept: accept.join(', ') } });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

async function startUpload(url: string, repository: string): Promise<URL> {
  const response = await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  return new URL(response.headers.get('location') ?? '', url);
}

async function codes(response: Response): Promise<string[]> {
  const body: { errors: { code: string }[] } = JSON.parse(await response.text());
  return body.errors.map(({ code }) => code);
}

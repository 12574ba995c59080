import { pushImage } from '@keelson/simulator';
import { expect, it } from 'vitest';
import { clientFor, imageAt, indexOf, pushManifest, registryFor } from './kit.ts';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const artifactType = 'application/vnd.oci.artifact.manifest.v1+json';
const platform = { os: 'linux', architecture: 'amd64' };
const labels = { 'org.opencontainers.image.revision': 'abc' };

it.each([
  { what: 'an artifact manifest', entry: { mediaType: artifactType } },
  { what: 'an artifact in a manifest of an image', entry: { mediaType: manifestType, artifactType: 'text/spdx' } },
  { what: 'a manifest of another kind', entry: { mediaType: 'application/vnd.example+json', platform } },
])('describe leaves out $what in an index', async ({ entry }) => {
  const registry = await registryFor();
  const artifact = await pushManifest(registry, { mediaType: artifactType, blobs: [] }, { mediaType: artifactType });
  const image = await pushImage(registry, 'ops/myapp', 'one', { labels });
  const digest = await pushManifest(
    registry,
    indexOf({ digest: artifact, ...entry }, { mediaType: manifestType, digest: image.digest, platform }),
  );

  const client = clientFor();

  expect(await client.describe(imageAt(registry), digest)).toEqual({
    relatedDigests: [digest, image.digest],
    labels: { revision: 'abc' },
  });
  expect(await client.configDigests(imageAt(registry), digest)).toEqual({
    digests: image.configDigests,
    complete: true,
  });
});

it('describe follows indexes within an index, however they name each other', async () => {
  const registry = await registryFor();
  const [amd64, arm64] = [
    await pushImage(registry, 'ops/myapp', 'amd64', { labels }),
    await pushImage(registry, 'ops/myapp', 'arm64', { layers: ['another'] }),
  ];
  const inner = await pushManifest(registry, indexOf({ mediaType: manifestType, digest: amd64.digest, platform }));
  const middle = await pushManifest(
    registry,
    indexOf({ mediaType: indexType, digest: inner }, { mediaType: manifestType, digest: arm64.digest }),
  );
  const digest = await pushManifest(
    registry,
    indexOf({ mediaType: indexType, digest: middle }, { mediaType: indexType, digest: inner }),
  );

  const client = clientFor();
  const description = await client.describe(imageAt(registry), digest);

  expect(new Set(description.relatedDigests)).toEqual(new Set([digest, middle, inner, amd64.digest, arm64.digest]));
  const configs = await client.configDigests(imageAt(registry), digest);
  expect(configs.complete).toBe(true);
  expect(new Set(configs.digests)).toEqual(new Set([...amd64.configDigests, ...arm64.configDigests]));
});

it('describe reads a bounded number of indexes', async () => {
  const registry = await registryFor();
  const inner = [];
  for (let n = 0; n < 30; n++) inner.push(await pushManifest(registry, { ...indexOf(), annotations: { n: `${n}` } }));
  const digest = await pushManifest(
    registry,
    indexOf(...inner.map((each) => ({ mediaType: indexType, digest: each }))),
  );

  const description = await clientFor().describe(imageAt(registry), digest);

  expect(description).toEqual({ relatedDigests: [digest, ...inner], labels: {} });
  expect(registry.requests.length).toBeLessThanOrEqual(1 + 8);
});

it.each([
  { what: 'is missing', fault: { type: 'status', status: 404 } as const },
  { what: 'is longer than any index', fault: { type: 'endless-body' } as const },
])('configDigests says that there may be more where an index within the index $what', async ({ fault }) => {
  const registry = await registryFor();
  const image = await pushImage(registry, 'ops/myapp', 'one', { labels });
  const inner = await pushManifest(registry, indexOf({ mediaType: manifestType, digest: image.digest, platform }));
  const digest = await pushManifest(registry, indexOf({ mediaType: indexType, digest: inner }));
  registry.faults.inject({ path: inner, fault });

  const client = clientFor();

  expect(await client.describe(imageAt(registry), digest)).toEqual({
    relatedDigests: [digest, inner],
    labels: {},
  });
  expect(await client.configDigests(imageAt(registry), digest)).toEqual({ digests: [], complete: false });
});

it('configDigests reads the common platforms, and says that there are more', async () => {
  const registry = await registryFor();
  const platforms = ['windows/amd64', 'linux/s390x', 'linux/ppc64le', 'linux/386', 'linux/arm64', 'linux/amd64'];
  const image = await pushImage(registry, 'ops/myapp', 'latest', { platforms });

  const client = clientFor();
  const configs = await client.configDigests(imageAt(registry), image.digest);
  const again = await client.configDigests(imageAt(registry), image.digest);

  expect(configs.complete).toBe(false);
  expect(configs.digests.slice(0, 2)).toEqual([image.configDigests[5], image.configDigests[4]]);
  expect(again).toEqual(configs);
  expect(registry.requests).toHaveLength(1 + 4);
});

it('configDigests are equal where only an attestation differs', async () => {
  const registry = await registryFor();
  const platforms = ['linux/amd64'];
  const plain = await pushImage(registry, 'ops/myapp', 'plain', { platforms });
  const attested = await pushImage(registry, 'ops/myapp', 'attested', { platforms, attestation: true });
  const client = clientFor();

  expect(plain.digest).not.toBe(attested.digest);
  expect(await client.configDigests(imageAt(registry), attested.digest)).toEqual(
    await client.configDigests(imageAt(registry), plain.digest),
  );
});

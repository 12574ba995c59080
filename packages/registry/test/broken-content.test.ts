import { pushImage } from '@keelson/simulator';
import { describe, expect, it } from 'vitest';
import { clientFor, errorOf, imageAt, lines, registryFor } from './kit.ts';

describe('observe', () => {
  it('observe computes a digest that the registry does not send, by one GET', async () => {
    const registry = await registryFor();
    const { digest } = await pushImage(registry, 'ops/myapp', 'latest', { platforms: ['linux/amd64'] });
    registry.faults.inject({ fault: { type: 'no-digest' } });

    const observed = await clientFor().observe(imageAt(registry));

    expect(observed).toEqual({ digest });
    expect(lines(registry)).toEqual([
      'HEAD /v2/ops/myapp/manifests/latest 200',
      'GET /v2/ops/myapp/manifests/latest 200',
    ]);
  });

  it.each([
    { headers: { 'content-type': 'text/html' }, says: 'text/html' },
    { headers: {}, says: 'no type' },
    { headers: { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' }, says: 'prettyjws' },
    {
      headers: {
        'content-type': 'application/vnd.oci.image.manifest.v1+json',
        'docker-content-digest': `sha512:${'0'.repeat(128)}`,
      },
      says: 'not sha256',
    },
  ])('observe refuses a response of $says', async ({ headers, says }) => {
    const registry = await registryFor();
    registry.faults.inject({ fault: { type: 'status', status: 200, headers } });

    const error = await errorOf(clientFor().observe(imageAt(registry)));

    expect(error).toMatchObject({ code: 'protocol', retryable: true });
    expect(error.message).toContain(says);
  });

  it.each([400, 402, 418])('observe reports a protocol error for status %s', async (status) => {
    const registry = await registryFor();
    registry.faults.inject({ fault: { type: 'status', status } });

    const error = await errorOf(clientFor().observe(imageAt(registry)));

    expect(error).toMatchObject({ code: 'protocol' });
    expect(error.message).toContain(`it answered ${status}`);
  });
});

describe('describe', () => {
  it.each([
    { fault: 'wrong-digest', code: 'protocol', says: 'content with another digest' },
    { fault: 'half-body', code: 'unavailable', says: 'cut' },
    { fault: 'endless-body', code: 'protocol', says: 'more than 100000 bytes' },
    { fault: 'stalled-body', code: 'timeout', says: 'did not end within 1.5 s' },
  ] as const)('describe fails with $code on a $fault', async ({ fault, code, says }) => {
    const registry = await registryFor();
    const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
    const client = clientFor({ maxBodyBytes: 100_000, deadlines: { bodyMs: 1_500 } });
    registry.faults.inject({ path: 'manifests', fault: { type: fault } });

    const error = await errorOf(client.describe(imageAt(registry), digest));

    expect(error).toMatchObject({ code, retryable: true });
    expect(error.message).toContain(says);
  });

  it('describe leaves out labels of a config or manifest with another digest', async () => {
    const registry = await registryFor();
    const labels = { 'org.opencontainers.image.revision': 'right' };
    const image = await pushImage(registry, 'ops/myapp', 'latest', { platforms: ['linux/amd64'], labels });
    const expected = { relatedDigests: [image.digest, ...image.manifestDigests], labels: {} };

    for (const path of [...image.manifestDigests, ...image.configDigests]) {
      const remove = registry.faults.inject({ path, fault: { type: 'wrong-digest' } });
      expect(await clientFor().describe(imageAt(registry), image.digest)).toEqual(expected);
      remove();
    }
  });

  it('describe reads labels again after a failure, and the manifests only once', async () => {
    const registry = await registryFor();
    const client = clientFor();
    const labels = { 'org.opencontainers.image.revision': 'abc' };
    const { digest, manifestDigests } = await pushImage(registry, 'ops/myapp', 'latest', {
      platforms: ['linux/amd64', 'linux/arm64'],
      labels,
    });
    registry.faults.inject({ times: 1, path: 'blobs', fault: { type: 'status', status: 404 } });

    const first = await client.describe(imageAt(registry), digest);
    const second = await client.describe(imageAt(registry), digest);
    const third = await client.describe(imageAt(registry), digest);

    expect([first.labels, second.labels, third.labels]).toEqual([{}, { revision: 'abc' }, { revision: 'abc' }]);
    const manifests = registry.requests.filter(({ path }) => path.includes('manifests')).map(({ path }) => path);
    expect(manifests).toEqual([digest, manifestDigests[0]].map((one) => `/v2/ops/myapp/manifests/${one}`));
    expect(registry.requests.filter(({ path }) => path.includes('blobs'))).toHaveLength(2);
  });

  it('describe has no labels where the first platform is missing', async () => {
    const registry = await registryFor();
    const pushed = await pushImage(registry, 'ops/myapp', 'latest', { platforms: ['linux/amd64', 'linux/arm64'] });
    registry.faults.inject({ path: pushed.manifestDigests[0] ?? '', fault: { type: 'status', status: 404 } });

    const description = await clientFor().describe(imageAt(registry), pushed.digest);

    expect(description).toEqual({ relatedDigests: [pushed.digest, ...pushed.manifestDigests], labels: {} });
  });

  it('describe sends no request for each platform', async () => {
    const registry = await registryFor();
    const platforms = Array.from({ length: 12 }, (_, n) => `linux/arch${n}`);
    const { digest } = await pushImage(registry, 'ops/myapp', 'latest', { platforms });

    const description = await clientFor().describe(imageAt(registry), digest);

    expect(description.relatedDigests).toHaveLength(1 + 12);
    expect(registry.requests).toHaveLength(1 + 1 + 1);
  });

  it('callers of one image share its requests', async () => {
    const registry = await registryFor();
    const client = clientFor();
    const { digest } = await pushImage(registry, 'ops/myapp', 'latest');

    await Promise.all(Array.from({ length: 10 }, () => client.describe(imageAt(registry), digest)));

    expect(registry.requests.filter(({ path }) => path.includes('manifests'))).toHaveLength(1);
  });
});

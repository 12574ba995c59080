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

  it.each(['manifests', 'blobs'])('describe checks each of the %s against its digest', async (path) => {
    const registry = await registryFor();
    const { digest } = await pushImage(registry, 'ops/myapp', 'latest', { platforms: ['linux/amd64'] });
    const expression = path === 'blobs' ? /blobs/ : new RegExp(`manifests/(?!${digest})`);
    registry.faults.inject({ path: expression, fault: { type: 'wrong-digest' } });

    const error = await errorOf(clientFor().describe(imageAt(registry), digest));

    expect(error.message).toContain('content with another digest');
  });

  it('describe requests each digest once, and again after a failure', async () => {
    const registry = await registryFor();
    const client = clientFor();
    const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
    registry.faults.inject({ times: 1, path: 'blobs', fault: { type: 'wrong-digest' } });

    await errorOf(client.describe(imageAt(registry), digest));
    const first = await client.describe(imageAt(registry), digest);
    const sent = registry.requests.length;
    const second = await client.describe(imageAt(registry), digest);

    expect(second).toEqual(first);
    expect(sent).toBe(4);
    expect(registry.requests).toHaveLength(sent);
  });

  it('describe works with missing platforms and a missing config', async () => {
    const registry = await registryFor();
    const pushed = await pushImage(registry, 'ops/myapp', 'latest', { platforms: ['linux/amd64', 'linux/arm64'] });
    registry.faults.inject({ path: pushed.manifestDigests[0] ?? '', fault: { type: 'status', status: 404 } });
    registry.faults.inject({ path: 'blobs', fault: { type: 'status', status: 404 } });

    const description = await clientFor().describe(imageAt(registry), pushed.digest);

    expect(description).toEqual({
      relatedDigests: [pushed.digest, ...pushed.manifestDigests, pushed.configDigests[1]],
      labels: {},
    });
  });

  it('describe requests no more than 32 platforms', async () => {
    const registry = await registryFor();
    const platforms = Array.from({ length: 40 }, (_, n) => `linux/arch${n}`);
    const { digest } = await pushImage(registry, 'ops/myapp', 'latest', { platforms });

    const description = await clientFor().describe(imageAt(registry), digest);

    expect(description.relatedDigests).toHaveLength(1 + 32 + 32);
    expect(registry.requests).toHaveLength(1 + 32 + 1);
  });
});

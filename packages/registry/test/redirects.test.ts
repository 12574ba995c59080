import { pushImage } from '@keelson/simulator';
import { describe, expect, it } from 'vitest';
import { clientFor, errorOf, imageAt, registryFor } from './kit.ts';

const credentials = [{ type: 'basic' as const, username: 'dev', password: 'hunter2' }];
const users = { dev: 'hunter2' };

it.each([
  { name: 'Basic', auth: { type: 'basic' as const, users } },
  { name: 'Bearer', auth: { type: 'bearer' as const, users } },
])('a redirect to storage is followed without the credentials of $name', async ({ auth }) => {
  const [registry, storage] = [await registryFor({ auth }), await registryFor()];
  const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
  await pushImage(storage, 'ops/myapp', 'latest');
  const client = clientFor();
  await client.observe(imageAt(registry), { credentials });
  const location = `${storage.url}/v2/ops/myapp/manifests/latest?X-Signature=hunter2`;
  registry.faults.inject({ method: 'HEAD', fault: { type: 'status', status: 307, headers: { location } } });

  const observed = await client.observe(imageAt(registry), { credentials });

  expect(observed.digest).toBe(digest);
  expect(registry.requests.at(-1)?.headers.authorization).toBeDefined();
  expect(storage.requests).toHaveLength(1);
  expect(storage.requests[0]?.headers).not.toHaveProperty('authorization');
});

it('a redirect within the registry keeps the credentials', async () => {
  const registry = await registryFor({ auth: { type: 'basic', users } });
  const { digest } = await pushImage(registry, 'ops/moved', 'latest');
  const headers = { location: '/v2/ops/moved/manifests/latest' };
  registry.faults.inject({ path: 'ops/myapp', fault: { type: 'status', status: 308, headers } });
  await pushImage(registry, 'ops/known', 'latest');
  const client = clientFor();
  await client.observe(imageAt(registry, 'ops/known:latest'), { credentials });

  const observed = await client.observe(imageAt(registry), { credentials });

  expect(observed.digest).toBe(digest);
});

it('a redirect target that demands credentials gets none', async () => {
  const registry = await registryFor();
  const thief = await registryFor({ auth: { type: 'basic', users } });
  const headers = { location: `${thief.url}/v2/ops/myapp/manifests/latest` };
  registry.faults.inject({ fault: { type: 'status', status: 307, headers } });

  const error = await errorOf(clientFor().observe(imageAt(registry), { credentials }));

  expect(error).toMatchObject({ code: 'protocol' });
  expect(thief.requests).toHaveLength(1);
  expect(thief.requests[0]?.headers).not.toHaveProperty('authorization');
});

it('a circle of redirects ends with an error', async () => {
  const registry = await registryFor();
  const headers = { location: '/v2/ops/myapp/manifests/latest' };
  registry.faults.inject({ fault: { type: 'status', status: 302, headers } });

  const error = await errorOf(clientFor().observe(imageAt(registry)));

  expect(error.message).toContain('more than 5 times');
  expect(registry.requests).toHaveLength(6);
});

it.each([
  { location: 'http://169.254.169.254/latest/meta-data', host: '169.254.169.254' },
  { location: 'file:///etc/passwd', host: '' },
  { location: 'http://[', host: 'no URL' },
])('a redirect to $location is not followed', async ({ location, host }) => {
  const registry = await registryFor();
  registry.faults.inject({ fault: { type: 'status', status: 302, headers: { location } } });

  const error = await errorOf(clientFor().observe(imageAt(registry)));

  expect(error).toMatchObject({ code: 'protocol' });
  expect(error.message).toContain(`redirects to ${host}`);
});

describe('a registry whose storage fails', () => {
  it.each([
    { name: 'answers 503', fault: { type: 'status', status: 503 } as const },
    { name: 'answers 429', fault: { type: 'status', status: 429, headers: { 'retry-after': '60' } } as const },
    { name: 'answers 403', fault: { type: 'status', status: 403 } as const },
    { name: 'hangs', fault: { type: 'hang' } as const },
    { name: 'cuts connections', fault: { type: 'reset' } as const },
  ])('a registry whose storage $name is not paused, and its image has no labels', async ({ fault }) => {
    const [registry, storage] = [await registryFor(), await registryFor()];
    const client = clientFor({ deadlines: { headersMs: 1_500 } });
    const labels = { 'org.opencontainers.image.revision': 'abc' };
    const { digest, configDigests } = await pushImage(registry, 'ops/myapp', 'latest', { labels });
    const headers = { location: `${storage.url}/v2/ops/myapp/blobs/${configDigests[0]}?signature=hunter2` };
    registry.faults.inject({ path: 'blobs', fault: { type: 'status', status: 307, headers } });
    storage.faults.inject({ fault });

    const description = await client.describe(imageAt(registry), digest);
    const observed = await client.observe(imageAt(registry));

    expect(description).toEqual({ relatedDigests: [digest, ...configDigests], labels: {} });
    expect(observed).toEqual({ digest });
    expect(storage.requests.length).toBeGreaterThan(0);
  });

  it('an error of the storage names it by its host', async () => {
    const [registry, storage] = [await registryFor(), await registryFor()];
    const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
    const headers = { location: `${storage.url}/manifest?signature=hunter2` };
    registry.faults.inject({ method: 'GET', fault: { type: 'status', status: 307, headers } });
    storage.faults.inject({ fault: { type: 'status', status: 503 } });

    const error = await errorOf(clientFor().describe(imageAt(registry), digest));

    expect(error).toMatchObject({ code: 'unavailable', host: registry.host });
    expect(error.message).toContain(`it redirects to ${storage.host}, which answered 503`);
    expect(error.message).not.toContain('hunter2');
  });
});

import { pushImage } from '@keelson/simulator';
import { expect, it } from 'vitest';
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

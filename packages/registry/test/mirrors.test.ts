import { parseReference } from '@keelson/image';
import type { RegistryServer } from '@keelson/simulator';
import { pushImage } from '@keelson/simulator';
import { expect, it } from 'vitest';
import type { RegistriesConfig } from '../src/index.ts';
import { readRegistries } from '../src/index.ts';
import { Clock, clientFor, errorOf, imageAt, lines, registryFor } from './kit.ts';

/** An image of a host that no DNS knows, so that only a mirror can serve it. */
const image = parseReference('registry.gitlab.invalid/ops/myapp:latest');

function mirroring(mirrors: readonly RegistryServer[], rest: object = {}, host = image.host): RegistriesConfig {
  const endpoint = mirrors.map(({ url }) => url);
  return readRegistries(JSON.stringify({ mirrors: { [host]: { endpoint, ...rest } } }));
}

it('a mirror gets the request with the name of the registry that it stands for', async () => {
  const mirror = await registryFor();
  const { digest } = await pushImage(mirror, 'ops/myapp', 'latest', { platforms: ['linux/amd64'] });
  const client = clientFor({ registries: mirroring([mirror]) });

  const observed = await client.observe(image);
  const description = await client.describe(image, digest);

  expect(observed.digest).toBe(digest);
  expect(description.relatedDigests[0]).toBe(digest);
  expect(mirror.requests.every(({ query }) => query === 'ns=registry.gitlab.invalid')).toBe(true);
});

it.each([
  { name: 'lacks the image', fault: { type: 'status', status: 404 } as const },
  { name: 'fails', fault: { type: 'status', status: 503 } as const },
  { name: 'hangs', fault: { type: 'hang' } as const },
  { name: 'refuses access', fault: { type: 'status', status: 403 } as const },
])('the next endpoint gets the request when a mirror $name', async ({ fault }) => {
  const [first, second] = [await registryFor(), await registryFor()];
  const { digest } = await pushImage(second, 'ops/myapp', 'latest');
  first.faults.inject({ fault });
  const client = clientFor({ registries: mirroring([first, second]), deadlines: { headersMs: 1_500 } });

  const observed = await client.observe(image);

  expect(observed.digest).toBe(digest);
  expect(first.requests).toHaveLength(1);
});

it('a paused mirror is skipped without a wait', async () => {
  const [first, second] = [await registryFor(), await registryFor()];
  await pushImage(second, 'ops/myapp', 'latest');
  first.faults.inject({ fault: { type: 'status', status: 503 } });
  const client = clientFor({ registries: mirroring([first, second]), now: new Clock().now });

  for (let poll = 0; poll < 3; poll++) await client.observe(image);

  expect(first.requests).toHaveLength(1);
  expect(second.requests).toHaveLength(3);
});

it('the registry itself gets the last request, by its own path', async () => {
  const [mirror, registry] = [await registryFor(), await registryFor()];
  const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
  const registries = mirroring([mirror], { rewrite: { '^ops/': 'mirrored/' } }, registry.host);

  const observed = await clientFor({ registries }).observe(imageAt(registry));

  expect(observed.digest).toBe(digest);
  expect(lines(mirror)).toEqual(['HEAD /v2/mirrored/myapp/manifests/latest 404']);
  expect(lines(registry)).toEqual(['HEAD /v2/ops/myapp/manifests/latest 200']);
});

it('the registry itself gets no request with mirrorsOnly', async () => {
  const [mirror, registry] = [await registryFor(), await registryFor()];
  await pushImage(registry, 'ops/myapp', 'latest');
  const client = clientFor({ registries: mirroring([mirror], {}, registry.host), mirrorsOnly: true });

  const error = await errorOf(client.observe(imageAt(registry)));

  expect(error.code).toBe('not-found');
  expect(registry.requests).toEqual([]);
});

it('the token is for the rewritten path', async () => {
  const mirror = await registryFor({ auth: { type: 'bearer' } });
  const { digest } = await pushImage(mirror, 'mirrored/ops/myapp', 'latest');
  const registries = mirroring([mirror], { rewrite: { '(.*)': 'mirrored/$1' } });

  const observed = await clientFor({ registries }).observe(image);

  expect(observed.digest).toBe(digest);
  expect(mirror.tokensIssued).toBe(1);
});

it('a mirror gets its credential of registries.yaml', async () => {
  const mirror = await registryFor({ auth: { type: 'basic', users: { node: 'right' } } });
  await pushImage(mirror, 'ops/myapp', 'latest');
  const auth = { username: 'node', password: 'right' };
  const { mirrors } = mirroring([mirror]);
  const { configs } = readRegistries(JSON.stringify({ configs: { [mirror.host]: { auth } } }));

  const observed = await clientFor({ registries: { mirrors, configs } }).observe(image);

  expect(observed.digest).toMatch(/^sha256:/);
});

it.each([
  { first: 404, second: 503, code: 'unavailable' },
  { first: 503, second: 404, code: 'unavailable' },
  { first: 403, second: 404, code: 'unauthorized' },
  { first: 404, second: 404, code: 'not-found' },
])('where mirror and registry answer $first and $second the error is $code', async ({ first, second, code }) => {
  const [mirror, registry] = [await registryFor(), await registryFor()];
  mirror.faults.inject({ fault: { type: 'status', status: first } });
  registry.faults.inject({ fault: { type: 'status', status: second } });
  const client = clientFor({ registries: mirroring([mirror], {}, registry.host) });

  const error = await errorOf(client.observe(imageAt(registry)));

  expect(error.code).toBe(code);
});

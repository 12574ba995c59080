import { afterEach, beforeEach, expect, it } from 'vitest';
import { pushImage } from './push-image.ts';
import { startRegistry } from './start-registry.ts';
import type { RegistryServer } from './types.ts';

let registry: RegistryServer;
let digest: string;
let url: string;
beforeEach(async () => {
  registry = await startRegistry();
  ({ digest } = await pushImage(registry, 'ops/myapp', 'latest'));
  url = `${registry.url}/v2/ops/myapp/manifests/latest`;
});
afterEach(() => registry.stop());

it('a registry with a status fault replies with that status and its headers, as often as configured', async () => {
  registry.faults.inject({ times: 2, fault: { type: 'status', status: 429, headers: { 'retry-after': '7' } } });

  const responses = [await fetch(url), await fetch(url), await fetch(url)];

  expect(responses.map(({ status }) => status)).toEqual([429, 429, 200]);
  expect(responses[0]?.headers.get('retry-after')).toBe('7');
});

it('a fault affects matching requests only, until it is removed', async () => {
  const remove = registry.faults.inject({ method: 'HEAD', path: /latest$/, fault: { type: 'status', status: 503 } });

  const before = [await fetch(url, { method: 'HEAD' }), await fetch(url), await fetch(`${registry.url}/v2/`)];
  remove();
  const after = await fetch(url, { method: 'HEAD' });

  expect([...before, after].map(({ status }) => status)).toEqual([503, 200, 200, 200]);
});

it('a hanging request lasts until its client aborts, and does not keep the registry from stopping', async () => {
  registry.faults.inject({ fault: { type: 'hang' } });

  const leaving = new AbortController();
  const answer = fetch(url, { signal: leaving.signal }).catch(String);
  const requests = [{ method: 'GET', path: '/v2/ops/myapp/manifests/latest' }];
  await expect.poll(() => registry.requests).toMatchObject(requests);

  leaving.abort();

  expect(await answer).toMatch(/^AbortError/);
  expect(registry.requests).toMatchObject(requests);
  expect(registry.requests[0]?.status).toBeUndefined();
});

it.each(['reset', 'half-body'] as const)('a registry with the fault %s breaks the connection', async (type) => {
  registry.faults.inject({ fault: { type } });

  await expect(fetch(url).then((response) => response.text())).rejects.toThrow(/fetch failed|terminated/);
});

it('a registry with an endless fault sends a body without end', async () => {
  registry.faults.inject({ fault: { type: 'endless-body' } });
  const response = await fetch(url);

  let received = 0;
  for await (const chunk of response.body ?? []) {
    received += chunk.length;
    if (received > 1_000_000) break;
  }

  expect(received).toBeGreaterThan(1_000_000);
});

it('a registry with a digest fault sends another digest, or none', async () => {
  registry.faults.inject({ times: 1, fault: { type: 'wrong-digest' } });
  registry.faults.inject({ times: 1, fault: { type: 'no-digest' } });

  const headers = [await fetch(url), await fetch(url)].map((response) => response.headers.get('docker-content-digest'));

  expect(headers[0]).toMatch(/^sha256:/);
  expect(headers[0]).not.toBe(digest);
  expect(headers[1]).toBeNull();
});

it('a registry with a delay replies late', async () => {
  registry.faults.inject({ fault: { type: 'delay', ms: 20 } });

  const response = await fetch(url);

  expect(response.status).toBe(200);
});

it('a registry logs each request with its status, and pushes only when they name its URL', async () => {
  await pushImage(registry, 'ops/other', 'v1');
  const quiet = registry.requests.length;
  await fetch(`${registry.url}/v2/ops/other/tags/list?n=1`);
  const logged = registry.requests.at(-1);
  await pushImage(registry.url, 'ops/another', 'v1');

  expect(quiet).toBe(0);
  expect(logged).toMatchObject({ method: 'GET', path: '/v2/ops/other/tags/list', query: 'n=1', status: 200 });
  expect(registry.requests.map(({ method }) => method)).toContain('PUT');
});

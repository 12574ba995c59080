import { afterAll, expect, it } from 'vitest';
import { pushImage } from './push-image.ts';
import { startRegistry } from './start-registry.ts';

// What the specification requires and Debian's distribution 2.8.2 does not do: it neither pages tags nor checks a chunk's range.
const registry = await startRegistry();
afterAll(() => registry.stop());

it('a registry lists tags in pages, in order', async () => {
  for (const tag of ['c', 'a', 'b']) await pushImage(registry, 'ops/tags', tag);

  const first = await fetch(`${registry.url}/v2/ops/tags/tags/list?n=2`);
  const next = new URL(/<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '', registry.url);
  const second = await fetch(next);

  expect(await first.json()).toEqual({ name: 'ops/tags', tags: ['a', 'b'] });
  expect(await second.json()).toEqual({ name: 'ops/tags', tags: ['c'] });
  expect(second.headers.get('link')).toBeNull();
});

it('a registry refuses a chunk that is not the next one', async () => {
  const started = await fetch(`${registry.url}/v2/ops/chunks/blobs/uploads/`, { method: 'POST' });
  const location = new URL(started.headers.get('location') ?? '', registry.url);

  const response = await fetch(location, { method: 'PATCH', headers: { 'content-range': '40-42' }, body: 'two' });

  expect(response.status).toBe(416);
});

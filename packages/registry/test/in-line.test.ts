import { pushImage } from '@keelson/simulator';
import { expect, it } from 'vitest';
import { clientFor, errorOf, imageAt, registryFor } from './kit.ts';

it('the content of an image, which a verdict waits for, does not wait for all tags that are due at the same moment', async () => {
  const registry = await registryFor();
  const client = clientFor({ perHostConcurrency: 2 });
  const { digest } = await pushImage(registry, 'ops/myapp', 'latest');
  registry.faults.inject({ method: 'HEAD', fault: { type: 'delay', ms: 50 } });

  const due = Array.from({ length: 40 }, (_, n) => errorOf(client.observe(imageAt(registry, `ops/app-${n}:latest`))));
  await client.describe(imageAt(registry), digest);
  const sent = registry.requests.filter(({ method }) => method === 'HEAD').length;
  await Promise.all(due);

  expect(sent).toBeLessThan(20);
});

it('a caller that gave up while it stood in line gets the answer that nothing was sent', async () => {
  const registry = await registryFor();
  const client = clientFor({ perHostConcurrency: 1, deadlines: { headersMs: 3_600_000 } });
  registry.faults.inject({ fault: { type: 'hang' } });
  const first = errorOf(client.observe(imageAt(registry)));
  await expect.poll(() => registry.requests.length).toBe(1);

  const signal = AbortSignal.timeout(50);
  const error = await errorOf(client.observe(imageAt(registry, 'ops/other:latest'), { signal }));
  await client.close();

  expect(error).toMatchObject({ code: 'paused', retryAt: expect.any(Number) });
  expect(error.message).toContain('other requests');
  expect(registry.requests).toHaveLength(1);
  await first;
});

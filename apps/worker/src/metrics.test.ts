import { createHistory } from '@keelson/history';
import { parseReference } from '@keelson/image';
import { sharedRedis } from '@keelson/redis/testing';
import { createRegistryClient } from '@keelson/registry';
import { startRegistry } from '@keelson/simulator';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { countedHistory, countedRegistry } from './counted.ts';
import { createMetrics } from './metrics.ts';
import { digestOf } from './testing/values.ts';

function openMetrics() {
  const registry = new Registry();
  return { count: createMetrics(registry), text: () => registry.metrics() };
}

it('metrics show the duration of runs, ticks and who holds the lease', async () => {
  const { count, text } = openMetrics();

  count.settled({ name: 'registry-poll', ms: 30, outcome: 'succeeded' });
  count.tick();
  count.leader(true);

  const shown = await text();
  expect(shown).toContain('keelson_function_seconds_bucket{le="0.1",function="registry-poll",outcome="succeeded"} 1');
  expect(shown).toContain('keelson_ticks_total 1');
  expect(shown).toContain('keelson_lease_held 1');
});

it('metrics count each ended rollout once, by its final state', async () => {
  const { count, text } = openMetrics();
  const redis = await sharedRedis();
  await redis.flush();
  const plain = createHistory({ redis: redis.url });
  const history = countedHistory(plain, count);
  const begin = async (character: string) => {
    const to = { tag: 'latest', digest: digestOf(character) };
    const changes = [{ container: 'app', image: 'ghcr.io/me/web', from: {}, to }];
    const about = { workload: 'ns/deployment/web', trigger: 'poll', code: 'new-digest', message: '' } as const;
    const begun = await history.begin({ ...about, changes });
    return begun.outcome === 'created' ? begun.rollout.id : begun.outcome;
  };
  await begin('a');
  const id = await begin('b');
  const end = { from: ['pending', 'verifying'], to: 'failed', code: 'x' } as const;

  await history.transition(id, { from: ['pending'], to: 'verifying', code: 'written' });
  await Promise.all([history.transition(id, end), history.transition(id, end)]);
  await history.close();

  const lines = (await text()).split('\n').filter((line) => line.startsWith('keelson_rollouts_total'));
  expect(lines.sort()).toEqual([
    'keelson_rollouts_total{state="failed"} 1',
    'keelson_rollouts_total{state="superseded"} 1',
  ]);
});

it('metrics count failed registry requests by error code alone', async () => {
  const { count, text } = openMetrics();
  const server = await startRegistry();
  const client = countedRegistry(createRegistryClient({ insecureHosts: ['127.0.0.1:*'] }), count);
  const image = parseReference(`${server.host}/me/web:latest`);

  await expect(client.observe(image)).rejects.toMatchObject({ code: 'not-found' });
  await expect(client.describe(image, digestOf('a'))).rejects.toMatchObject({ code: 'not-found' });
  const { tag: _, ...digest } = { ...image, digest: digestOf('a') };
  await expect(client.observe(digest)).rejects.toMatchObject({ code: 'not-found' });
  server.faults.inject({ fault: { type: 'status', status: 503 } });
  await expect(client.observe(image)).rejects.toMatchObject({ code: 'unavailable' });
  await Promise.all([client.close(), server.stop()]);

  const lines = (await text()).split('\n').filter((line) => line.startsWith('keelson_registry_errors_total'));
  expect(lines.sort()).toEqual([
    'keelson_registry_errors_total{code="not-found"} 3',
    'keelson_registry_errors_total{code="unavailable"} 1',
  ]);
  expect(await text()).toContain('keelson_digest_requests_total{outcome="not-found"} 1');
});

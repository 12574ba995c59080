import { createHistory } from '@keelson/history';
import { parseReference } from '@keelson/image';
import type { RedisServer } from '@keelson/redis/server';
import { startRedis } from '@keelson/redis/server';
import { createRegistryClient } from '@keelson/registry';
import { startRegistry } from '@keelson/simulator';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countedHistory, countedRegistry } from './counted.ts';
import { createMetrics } from './metrics.ts';
import { digestOf } from './testing/values.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

function figures() {
  const registry = new Registry();
  return { count: createMetrics(registry), text: () => registry.metrics() };
}

it('shows how long runs took, ticks and who keeps the schedules', async () => {
  const { count, text } = figures();

  count.settled({ name: 'registry-poll', ms: 30, outcome: 'succeeded' });
  count.tick();
  count.leader(true);

  const shown = await text();
  expect(shown).toContain('keelson_function_seconds_bucket{le="0.1",function="registry-poll",outcome="succeeded"} 1');
  expect(shown).toContain('keelson_ticks_total 1');
  expect(shown).toContain('keelson_lease_held 1');
});

it('counts each rollout once, at the end that it came to', async () => {
  const { count, text } = figures();
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

it('counts what registries did not answer, by code alone', async () => {
  const { count, text } = figures();
  const server = await startRegistry();
  const client = countedRegistry(createRegistryClient(), count);
  const image = parseReference(`${server.host}/me/web:latest`);

  await expect(client.observe(image)).rejects.toMatchObject({ code: 'not-found' });
  await expect(client.describe(image, digestOf('a'))).rejects.toMatchObject({ code: 'not-found' });
  server.faults.inject({ fault: { type: 'status', status: 503 } });
  await expect(client.observe(image)).rejects.toMatchObject({ code: 'unavailable' });
  await Promise.all([client.close(), server.stop()]);

  const lines = (await text()).split('\n').filter((line) => line.startsWith('keelson_registry_errors_total'));
  expect(lines.sort()).toEqual([
    'keelson_registry_errors_total{code="not-found"} 2',
    'keelson_registry_errors_total{code="unavailable"} 1',
  ]);
});

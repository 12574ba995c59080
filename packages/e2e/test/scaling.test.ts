import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { createProducer, registryPoll, rolloutVerify } from '@keelson/queue';
import type { RedisServer } from '@keelson/redis/server';
import { startRedis } from '@keelson/redis/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const file = new URL('../../../infrastructure/keelson-scaled/scaling.yaml', import.meta.url);
const scaled = z.object({
  kind: z.literal('ScaledObject'),
  spec: z.looseObject({
    triggers: z.array(z.looseObject({ type: z.literal('redis'), metadata: z.looseObject({ listName: z.string() }) })),
  }),
});

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

/** One command in Redis' inline form; its one-line answer. */
async function ask(command: string): Promise<string> {
  const socket = createConnection(redis.port, '127.0.0.1');
  socket.write(`${command}\r\n`);
  const [answer] = await once(socket, 'data');
  socket.destroy();
  return String(answer).trim();
}

it('KEDA scales by the Redis lists of jobs that no worker has taken', async () => {
  const [only] = parseAllDocuments(await readFile(file, 'utf8')).flatMap((document) => {
    const read = scaled.safeParse(document.toJS());
    return read.success ? [read.data] : [];
  });
  const lists = only?.spec.triggers.map(({ metadata }) => metadata.listName) ?? [];
  const producer = createProducer({ redis: redis.url });

  for (const n of [1, 2, 3]) await producer.add(registryPoll, { workload: `myapp/deployment/${n}`, trigger: 'poll' });
  for (const rollout of ['one', 'two']) await producer.add(rolloutVerify, { workload: 'myapp/deployment/1', rollout });
  await producer.close();

  const found = await Promise.all(lists.map(async (key) => [await ask(`TYPE ${key}`), await ask(`LLEN ${key}`)]));
  expect(found).toEqual([
    ['+list', ':3'],
    ['+list', ':2'],
  ]);
});

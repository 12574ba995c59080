import { deflateRawSync } from 'node:zlib';
import { createHistory } from '@keelson/history';
import { connectQuick } from '@keelson/redis';
import { startRedis } from '@keelson/redis/server';
import { packedRollout, workloadRecord } from '../../../../apps/api/src/testing/records.ts';
import { mutateJson } from './mutate.ts';
import { digest } from './of-texts.ts';
import type { Random } from './random.ts';
import type { OpenTarget, Target } from './target.ts';

const workload = 'myapp/deployment/myapp';
const rollout = '0c96jq8vm';
const failed = { since: 1, code: 'not-found', message: 'm' };
const entry = { container: 'myapp', image: 'i', tag: 't', digest, code: 'c', message: 'm', at: 1, rollout };
const fields = {
  record: { ...workloadRecord(workload), warnings: [{ code: 'c', key: 'k', message: 'm' }], leftOwners: ['o'] },
  check: {
    at: 1,
    nextAt: 2,
    code: 'stopped',
    message: 'm',
    error: { code: 'timeout', message: 'm' },
    observed: [{ container: 'myapp', digest }],
    knew: { latest: rollout },
  },
  hold: { code: 'paused', message: 'm', at: 1, startQuarantined: true },
  reverted: { manager: 'm', times: 1, at: 1, recent: [1], restoreAt: 2 },
  quarantine: [entry],
  'd:myapp': {
    image: 'i',
    tag: 'latest',
    rolledOut: digest,
    lastGood: digest,
    written: { uid: 'u', path: 'image-pin' },
  },
  proofs: { myapp: { image: 'i', digest, at: 1, seenAt: 1, failed } },
};

function encoded(random: Random): Buffer {
  const body = deflateRawSync(mutateJson(random, packedRollout(workload)));
  if (random.oneIn(5)) body[random.below(body.length)] = random.below(256);
  return Buffer.concat([Buffer.from(random.oneIn(20) ? '2f' : '1f'), body]);
}

async function open(): Promise<OpenTarget> {
  const server = await startRedis();
  const { url } = server;
  const redis = connectQuick(url);
  const history = createHistory({ redis: url, prefix: 'fuzz', retention: { perWorkload: 100 } });
  return {
    input(random) {
      const texts = Object.entries(fields).flatMap(([key, value]) =>
        random.oneIn(2) ? [key, random.oneIn(3) ? mutateJson(random, value) : JSON.stringify(value)] : [],
      );
      const bytes = encoded(random);
      return async () => {
        const key = `{fuzz}:h:workload:${workload}`;
        await redis
          .pipeline()
          .del(key)
          .hset(key, 'latest', rollout, ...texts)
          .zadd('{fuzz}:h:workloads', 0, workload)
          .hset('{fuzz}:h:rollouts', rollout, bytes)
          .exec();
        await history.workloads();
        await orRefused(history.workload(workload));
        await orRefused(history.rollout(rollout));
      };
    },
    async close() {
      redis.disconnect();
      await history.close();
      await server.stop();
    },
  };
}

/** One record that cannot be read says so; a list never does. */
async function orRefused(reading: Promise<unknown>): Promise<void> {
  try {
    await reading;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'corrupt')) throw error;
  }
}

/** What a history reads from Redis: records of other releases, and of whoever else writes there. */
export const ofRecords: Target = { name: 'records and rollouts', weight: 2, open };

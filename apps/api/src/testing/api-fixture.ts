import { Writable } from 'node:stream';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { WorkloadId } from '@keelson/core';
import type { History } from '@keelson/history';
import { createHistory } from '@keelson/history';
import { createLogger } from '@keelson/log';
import type { RedisServer } from '@keelson/redis/server';
import { sharedRedis } from '@keelson/redis/testing';
import { Registry } from 'prom-client';
import { createApi } from '../app.ts';
import type { ApiDeps, ApiEnv } from '../deps.ts';

export interface RequestedCheck {
  readonly workload: WorkloadId;
  readonly trigger: 'manual' | 'webhook';
  readonly notBefore: number;
}

export interface ApiFixture {
  readonly redis: RedisServer;
  readonly history: History;
  /** Every log line so far. */
  readonly log: { text: string };
  /** Checks that the newest app queued. */
  readonly checks: RequestedCheck[];
  /** Rollouts whose write the newest app queued, and workloads whose removal it queued. */
  readonly patched: string[];
  readonly removals: WorkloadId[];
  /** The time that `now()` returns, in milliseconds since the epoch; assign to it to change the time. */
  readonly clock: { now: number };
  /** An app on the same Redis; it empties the three lists and then fills them. */
  api(options?: Partial<ApiDeps>): OpenAPIHono<ApiEnv>;
  stop(): Promise<void>;
}

/** The process's Redis, emptied, with a real history, and apps over it. */
export async function startFixture(): Promise<ApiFixture> {
  const redis = await sharedRedis();
  await redis.flush();
  const clock = { now: 1_795_162_530_250 };
  const history = createHistory({
    redis: redis.url,
    prefix: 'test',
    retention: { perWorkload: 1_000 },
    now: () => clock.now,
  });
  const log = { text: '' };
  const destination = new Writable({
    write(chunk: Buffer, _, done) {
      log.text += chunk.toString();
      done();
    },
  });
  const checks: RequestedCheck[] = [];
  const patched: string[] = [];
  const removals: WorkloadId[] = [];

  return {
    redis,
    history,
    log,
    checks,
    patched,
    removals,
    clock,
    api(options = {}) {
      for (const list of [checks, patched, removals]) list.length = 0;
      return createApi({
        history,
        async requestCheck(workload, trigger, notBefore) {
          checks.push({ workload, trigger, notBefore });
        },
        async requestPatch(rollout) {
          patched.push(rollout.id);
        },
        async requestRemoval(workload) {
          removals.push(workload);
        },
        loopback: true,
        log: createLogger({ level: 'trace', name: 'api', destination }),
        metrics: new Registry(),
        version: '1.2.3',
        now: () => clock.now,
        ...options,
      });
    },
    stop: () => history.close(),
  };
}

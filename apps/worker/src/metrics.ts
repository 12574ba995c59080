import type { RolloutState } from '@keelson/history';
import type { Settled } from '@keelson/queue';
import type { RegistryErrorCode } from '@keelson/registry';
import type { Registry } from 'prom-client';
import { Counter, Gauge, Histogram } from 'prom-client';

/** The metrics of a worker. Names follow Prometheus' conventions; labels have few values. */
export function createMetrics(registry: Registry) {
  const seconds = new Histogram({
    name: 'keelson_function_seconds',
    help: 'Duration of function runs.',
    labelNames: ['function', 'outcome'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
    registers: [registry],
  });
  const leader = new Gauge({
    name: 'keelson_lease_held',
    help: '1 while this worker holds the lease and reconciles schedules.',
    registers: [registry],
  });
  const rollouts = new Counter({
    name: 'keelson_rollouts_total',
    help: 'Rollouts that this worker ended, by their final state.',
    labelNames: ['state'],
    registers: [registry],
  });
  const registryErrors = new Counter({
    name: 'keelson_registry_errors_total',
    help: 'Failed registry requests, by error code.',
    labelNames: ['code'],
    registers: [registry],
  });
  const digestRequests = new Counter({
    name: 'keelson_digest_requests_total',
    help: 'Requests whether a registry still has a digest: the hourly proofs of last good images, and the targets of rollbacks.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const ticks = new Counter({
    name: 'keelson_ticks_total',
    help: 'Poll schedules that were due.',
    registers: [registry],
  });

  const unreadable = new Counter({
    name: 'keelson_unreadable_records_total',
    help: 'Records in Redis that this worker could not read, each counted once.',
    registers: [registry],
  });

  return {
    settled: ({ name, ms, outcome }: Settled) => seconds.observe({ function: name, outcome }, ms / 1_000),
    leader: (held: boolean) => leader.set(held ? 1 : 0),
    tick: () => ticks.inc(),
    ended: (state: RolloutState) => rollouts.inc({ state }),
    unreadable: () => unreadable.inc(),
    digestRequest: (outcome: 'seen' | RegistryErrorCode) => digestRequests.inc({ outcome }),
    registryError: (code: RegistryErrorCode) => registryErrors.inc({ code }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

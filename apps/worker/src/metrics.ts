import type { FunctionOutcome } from '@keelson/queue';
import type { Registry } from 'prom-client';
import { Counter, Gauge, Histogram } from 'prom-client';

/** What a worker counts. Names follow Prometheus' conventions; labels are bounded. */
export function createMetrics(registry: Registry) {
  const seconds = new Histogram({
    name: 'keelson_function_seconds',
    help: 'How long one run of a function took.',
    labelNames: ['function', 'outcome'],
    buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10, 60],
    registers: [registry],
  });
  const leader = new Gauge({
    name: 'keelson_lease_held',
    help: '1 while this worker keeps the schedules.',
    registers: [registry],
  });
  const ticks = new Counter({
    name: 'keelson_ticks_total',
    help: 'Poll schedules that fell due.',
    registers: [registry],
  });

  return {
    settled: ({
      name,
      ms,
      outcome,
    }: {
      readonly name: string;
      readonly ms: number;
      readonly outcome: FunctionOutcome;
    }) => seconds.observe({ function: name, outcome }, ms / 1_000),
    leader: (held: boolean) => leader.set(held ? 1 : 0),
    tick: () => ticks.inc(),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

import type { History } from '@keelson/history';
import type { Registry } from 'prom-client';
import { Counter, Gauge, Histogram } from 'prom-client';

export interface ApiMetrics {
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>;
  /** outcome: followed, unfollowed, ignored. */
  readonly webhookEvents: Counter<'outcome'>;
  readonly webhookChecks: Counter;
  readonly eventClients: Gauge;
  /** end: left, slow, failed. */
  readonly eventStreamsEnded: Counter<'end'>;
}

/** Registers the API's own metrics. Every label has a small fixed set of values; none comes from a request. */
export function createApiMetrics(registry: Registry, history: Pick<History, 'active' | 'stops'>): ApiMetrics {
  const registers = [registry];
  registry.registerMetric(activeRollouts(history));
  registry.registerMetric(stopped(history));
  return {
    requestSeconds: new Histogram({
      name: 'keelson_http_request_duration_seconds',
      help: 'Time from the request to the start of the response, in seconds.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers,
    }),
    webhookEvents: new Counter({
      name: 'keelson_webhook_events_total',
      help: 'Events in registry notifications, by outcome: followed, unfollowed (no workload uses the image), ignored (not a push).',
      labelNames: ['outcome'],
      registers,
    }),
    webhookChecks: new Counter({
      name: 'keelson_webhook_checks_total',
      help: 'Checks queued because of webhooks.',
      registers,
    }),
    eventClients: new Gauge({ name: 'keelson_event_clients', help: 'Open event streams.', registers }),
    eventStreamsEnded: new Counter({
      name: 'keelson_event_streams_ended_total',
      help: 'Event streams that ended, by how: left (by the client), slow (the client did not read), failed (events could not be read).',
      labelNames: ['end'],
      registers,
    }),
  };
}

/** Of the history that the API opens for itself. */
export function createUnreadableCounter(registry: Registry): Counter {
  return new Counter({
    name: 'keelson_api_unreadable_records_total',
    help: 'Records in Redis that the API could not read, each counted once.',
    registers: [registry],
  });
}

/** Read at each scrape: few rollouts are under way at a time. */
function activeRollouts(history: Pick<History, 'active'>): Gauge<'state'> {
  return new Gauge({
    name: 'keelson_api_active_rollouts',
    help: 'Rollouts under way, by state; absent while Redis does not answer.',
    labelNames: ['state'],
    registers: [],
    async collect() {
      this.reset();
      const active = await history.active().catch(() => undefined);
      if (!active) return;
      for (const state of ['pending', 'verifying']) {
        this.set({ state }, active.filter((rollout) => rollout.state === state).length);
      }
    },
  });
}

/** Workloads on hold and quarantined digests are not counted: that would read every workload at each scrape. */
function stopped(history: Pick<History, 'stops'>): Gauge<'scope'> {
  return new Gauge({
    name: 'keelson_api_stopped',
    help: 'Stops of new rollouts: of all (0 or 1), and of single namespaces; absent while Redis does not answer.',
    labelNames: ['scope'],
    registers: [],
    async collect() {
      this.reset();
      const stops = await history.stops().catch(() => undefined);
      if (!stops) return;
      const single = stops.filter(({ namespace }) => namespace !== undefined).length;
      this.set({ scope: 'all' }, stops.length - single);
      this.set({ scope: 'namespace' }, single);
    },
  });
}

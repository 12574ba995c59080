import { createHistory } from '@keelson/history';
import { connect, createClusterReader, createClusterView, createWrites } from '@keelson/kube';
import { createLogger } from '@keelson/log';
import type { SingleFlight } from '@keelson/queue';
import { createProducer, createSchedules, createSingleFlight } from '@keelson/queue';
import { createRegistryClient } from '@keelson/registry';
import type { Deps } from '../deps.ts';
import type { TestEnv } from './test-env.ts';

const hourMs = 3_600_000;

/** Without the pause between two requests for one image: a test that pushes twice would wait a second each time. */
function withoutGap(flight: SingleFlight): SingleFlight {
  return { ...flight, run: (key, options, produce) => flight.run(key, { ...options, minGapMs: 0 }, produce) };
}

/** The real dependencies of the functions, for one namespace and Redis prefix, with a clock that can be put ahead. */
export async function openDeps({ redis: { url: redis }, cluster }: TestEnv, namespace: string) {
  const shared = { redis, prefix: namespace };
  const clock = { ahead: 0 };
  const now = () => Date.now() + clock.ahead;
  const lines: string[] = [];
  const log = createLogger({ level: 'trace', name: 'test', destination: { write: (line) => lines.push(line) } });
  const http = await connect({ kubeconfigText: cluster.kubeconfig });
  const view = createClusterView(http, { namespaces: [namespace], log });
  const deps: Deps = {
    view,
    reader: createClusterReader(http),
    writes: createWrites(http, { workloads: () => view.workloads(), now }),
    registry: createRegistryClient({ insecureHosts: ['127.0.0.1:*'], log }),
    history: createHistory({ ...shared, retention: { maxAgeMs: hourMs } }),
    producer: createProducer(shared),
    singleFlight: withoutGap(createSingleFlight(shared)),
    log,
    soakMs: 0,
    restorePausesMs: [0],
    now,
  };
  return { deps, schedules: createSchedules(shared), http, lines, clock };
}

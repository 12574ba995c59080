import type { SimulatedCluster } from '@keelson/simulator';
import { z } from 'zod';

const status = z.looseObject({
  phase: z.string().default(''),
  conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
  containerStatuses: z
    .array(
      z.looseObject({
        name: z.string(),
        ready: z.boolean(),
        started: z.boolean(),
        restartCount: z.number(),
        imageID: z.string(),
        state: z.looseObject({
          waiting: z.looseObject({ reason: z.string(), message: z.string().optional() }).optional(),
          running: z.looseObject({}).optional(),
          terminated: z.looseObject({ exitCode: z.number(), reason: z.string() }).optional(),
        }),
        lastState: z.looseObject({
          terminated: z.looseObject({ exitCode: z.number(), reason: z.string() }).optional(),
        }),
      }),
    )
    .default([]),
});

/** A pod as the tests of this package read it. */
export interface PodView {
  readonly name: string;
  /** Its deletion has begun. */
  readonly isTerminating: boolean;
  readonly status: z.infer<typeof status>;
}

/** The pods with the label `app: NAME`. */
export function podsOf(cluster: SimulatedCluster, app: string): readonly PodView[] {
  return cluster
    .list('v1', 'Pod')
    .filter(({ metadata }) => metadata.labels?.['app'] === app)
    .map(({ metadata, status: written }) => ({
      name: metadata.name,
      isTerminating: metadata.deletionTimestamp !== undefined,
      status: status.parse(written ?? {}),
    }));
}

/** The condition Ready of a pod is True. */
export function isReady({ status: { conditions } }: PodView): boolean {
  return conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True');
}

/** The output of a pod's container, as the API serves it. `query`: `previous=true`. */
export async function podLog(cluster: SimulatedCluster, pod: string, query = ''): Promise<string> {
  const headers = { authorization: `Bearer ${cluster.token}` };
  const path = `/api/v1/namespaces/default/pods/${pod}/log?${query}`;
  return (await fetch(cluster.server + path, { headers })).text();
}

/** The events of a pod, as `REASON: MESSAGE`. */
export function eventsOf(cluster: SimulatedCluster, pod: string): readonly string[] {
  return cluster
    .list('v1', 'Event')
    .filter(({ involvedObject }) => z.looseObject({ name: z.string() }).parse(involvedObject).name === pod)
    .map(({ reason, message }) => `${String(reason)}: ${String(message)}`);
}

import type { Address, KubeObject, SimulatedCluster } from '@keelson/testkit';
import { z } from 'zod';

const port = z.looseObject({
  name: z.string().optional(),
  port: z.number(),
  targetPort: z.union([z.number(), z.string()]).optional(),
});
const service = z.looseObject({
  spec: z.looseObject({
    selector: z.record(z.string(), z.string()).optional(),
    ports: z.array(port).default([]),
  }),
});
const pod = z.looseObject({
  status: z.looseObject({ conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]) }),
});

/** A pod that takes requests. */
export interface Endpoint extends Address {
  readonly pod: string;
}

/**
 * The ready pods behind a port of a Service that are not on their way out, in order of name: what an EndpointSlice of it would list.
 *
 * @param asked - number or name of the Service's port; undefined: its first
 */
export function endpointsOf(
  cluster: Pick<SimulatedCluster, 'get' | 'list' | 'addressOf'>,
  namespace: string,
  name: string,
  asked: number | string | undefined,
): Endpoint[] {
  const found = portOf(cluster, namespace, name, asked);
  if (found === undefined) return [];
  const { selector, one } = found;
  const selected = cluster
    .list('v1', 'Pod')
    .filter(({ metadata }) => metadata.namespace === namespace && !metadata.deletionTimestamp)
    .filter(({ metadata }) => Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value));
  return selected.filter(isReady).flatMap(({ metadata }) => {
    const address = cluster.addressOf(namespace, metadata.name, one.targetPort ?? one.port);
    return address === undefined ? [] : [{ pod: metadata.name, ...address }];
  });
}

/** Whether there is such a Service, with that port, that selects pods. */
export function hasPort(
  cluster: Pick<SimulatedCluster, 'get'>,
  namespace: string,
  name: string,
  asked: number,
): boolean {
  return portOf(cluster, namespace, name, asked) !== undefined;
}

function portOf(
  cluster: Pick<SimulatedCluster, 'get'>,
  namespace: string,
  name: string,
  asked: number | string | undefined,
): { selector: Readonly<Record<string, string>>; one: z.infer<typeof port> } | undefined {
  const { selector, ports = [] } = service.safeParse(cluster.get('v1', 'Service', namespace, name)).data?.spec ?? {};
  const one = asked === undefined ? ports[0] : ports.find((each) => each.port === asked || each.name === asked);
  return selector === undefined || one === undefined ? undefined : { selector, one };
}

function isReady(object: KubeObject): boolean {
  const conditions = pod.safeParse(object).data?.status.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

import type { KubeObject, SimulatedCluster } from '@keelson/simulator';
import type { Address } from '@keelson/simulator/kubelet';
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
  const found = service.safeParse(cluster.get('v1', 'Service', namespace, name));
  const { selector, ports } = found.data?.spec ?? { selector: undefined, ports: [] };
  const one = asked === undefined ? ports[0] : ports.find((each) => each.port === asked || each.name === asked);
  if (selector === undefined || one === undefined) return [];
  const selected = cluster
    .list('v1', 'Pod')
    .filter(({ metadata }) => metadata.namespace === namespace && !metadata.deletionTimestamp)
    .filter(({ metadata }) => Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value));
  return selected.filter(isReady).flatMap(({ metadata }) => {
    const address = cluster.addressOf(namespace, metadata.name, one.targetPort ?? one.port);
    return address === undefined ? [] : [{ pod: metadata.name, ...address }];
  });
}

function isReady(object: KubeObject): boolean {
  const conditions = pod.safeParse(object).data?.status.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
}

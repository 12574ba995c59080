import type { Fields } from '../../cluster/json.ts';
import { fieldsOf } from '../../cluster/json.ts';

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** Whether Helm would end its wait for the object: all pods of the newest template available. What runs no pods by itself is ready at once. */
export function isReady(object: Fields): boolean {
  const { kind } = object;
  if (kind !== 'Deployment' && kind !== 'StatefulSet' && kind !== 'DaemonSet') return true;
  const { generation } = fieldsOf(object['metadata']);
  const status = fieldsOf(object['status']);
  if (count(status['observedGeneration']) < count(generation)) return false;
  const isDaemon = kind === 'DaemonSet';
  const wanted = isDaemon ? count(status['desiredNumberScheduled']) : count(fieldsOf(object['spec'])['replicas'] ?? 1);
  const updated = count(status[isDaemon ? 'updatedNumberScheduled' : 'updatedReplicas']);
  const available = count(status[isDaemon ? 'numberAvailable' : 'availableReplicas']);
  const all = isDaemon ? wanted : count(status['replicas']);
  return updated >= wanted && available >= wanted && all <= wanted;
}

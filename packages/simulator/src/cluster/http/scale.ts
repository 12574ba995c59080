import { fieldsOf } from '../json.ts';
import type { KubeObject } from '../objects/object.ts';

/** The `scale` subresource of an object that has replicas: autoscaling/v1. */
export function scaleOf(object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const spec = fieldsOf(object['spec']);
  const replicas = Number(spec['replicas'] ?? 0);
  const labels = Object.entries(fieldsOf(fieldsOf(spec['selector'])['matchLabels']));
  const metadata = { name, uid, resourceVersion, creationTimestamp, ...(namespace === undefined ? {} : { namespace }) };
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata,
    spec: replicas === 0 ? {} : { replicas },
    status: {
      replicas: Number(fieldsOf(object['status'])['replicas'] ?? 0),
      selector: labels.map(([key, value]) => `${key}=${String(value)}`).join(','),
    },
  };
}

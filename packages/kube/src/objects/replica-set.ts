import { fields, number, optional, strings, text } from '../fields.ts';
import type { ReplicaSet } from '../types.ts';
import { controllerUid, readMetadata } from './metadata.ts';

export function readReplicaSet(object: unknown): ReplicaSet | undefined {
  const identity = readMetadata(object);
  if (identity === undefined) return undefined;
  const metadata = fields(fields(object).metadata);
  const { namespace, name, uid } = identity;
  return {
    namespace,
    name,
    uid,
    ...optional('ownerUid', controllerUid(metadata)),
    revision: Number(strings(metadata.annotations)['deployment.kubernetes.io/revision'] ?? 0) || 0,
    ...optional('podTemplateHash', text(fields(metadata.labels)['pod-template-hash'])),
    replicas: number(fields(fields(object).spec).replicas),
  };
}

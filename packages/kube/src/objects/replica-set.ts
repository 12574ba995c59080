import { fields, strings } from '../fields.ts';
import type { ReplicaSet } from '../types.ts';
import { readConditions, readOwned } from './metadata.ts';

export function readReplicaSet(object: unknown): ReplicaSet | undefined {
  const identity = readOwned(object);
  if (identity === undefined) return undefined;
  const metadata = fields(fields(object).metadata);
  return {
    ...identity,
    revision: Number(strings(metadata.annotations)['deployment.kubernetes.io/revision'] ?? 0) || 0,
    conditions: readConditions(fields(fields(object).status)),
  };
}

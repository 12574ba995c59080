import type { WorkloadId } from './types.ts';

/** The namespace of `namespace/kind/name`. */
export function namespaceOf(id: WorkloadId): string {
  return id.slice(0, Math.max(id.indexOf('/'), 0));
}

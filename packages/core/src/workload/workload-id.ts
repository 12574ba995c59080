import type { WorkloadId, WorkloadKey, WorkloadKind } from './types.ts';
import { workloadKinds } from './workload-kinds.ts';

const kindsByLowerCase: ReadonlyMap<string, WorkloadKind> = new Map(
  workloadKinds.map((kind) => [kind.toLowerCase(), kind]),
);

/** A workload's name in Redis, in jobs and in the API: `myapp/deployment/myapp`. */
export function workloadIdOf({ namespace, kind, name }: WorkloadKey): WorkloadId {
  return `${namespace}/${kind.toLowerCase()}/${name}`;
}

/** Reads the id that `workloadIdOf` writes. Undefined for a text that is not the id of a workload. */
export function workloadKeyOf(id: WorkloadId): WorkloadKey | undefined {
  const [namespace, kindName, name, ...rest] = id.split('/');
  const kind = kindsByLowerCase.get(kindName ?? '');
  return namespace && kind && name && rest.length === 0 ? { namespace, kind, name } : undefined;
}

import type { WorkloadKey, WorkloadKind } from '@keelson/kube';

const kinds = new Map<string, WorkloadKind>(
  (['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'] as const).map((kind) => [kind.toLowerCase(), kind]),
);

/** `myapp/deployment/myapp`: the name of a workload in Redis, in jobs and in the API. */
export function idOf({ namespace, kind, name }: WorkloadKey): string {
  return `${namespace}/${kind.toLowerCase()}/${name}`;
}

/** The other way; undefined for a text that is no id. */
export function keyOf(id: string): WorkloadKey | undefined {
  const [namespace, kindName, name, ...rest] = id.split('/');
  const kind = kinds.get(kindName ?? '');
  return namespace && kind && name && rest.length === 0 ? { namespace, kind, name } : undefined;
}

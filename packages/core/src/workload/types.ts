import type { workloadKinds } from './workload-kinds.ts';

/** A kind of workload that Keelson follows, as Kubernetes writes it. */
export type WorkloadKind = (typeof workloadKinds)[number];

/** Which workload: the three parts of its id. */
export interface WorkloadKey {
  readonly namespace: string;
  readonly kind: WorkloadKind;
  readonly name: string;
}

/** `namespace/kind/name` with the kind in lower case: `myapp/deployment/myapp`. */
export type WorkloadId = string;

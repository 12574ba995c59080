import type { History } from '@keelson/history';
import type { ClusterReader, ClusterView, Writes } from '@keelson/kube';
import type { Logger } from '@keelson/log';
import type { Producer, SingleFlight } from '@keelson/queue';
import type { RegistryClient } from '@keelson/registry';

/** What the functions depend on. Tests replace a field to stop between two steps. */
export interface Deps {
  readonly view: ClusterView;
  readonly reader: ClusterReader;
  readonly writes: Writes;
  readonly registry: RegistryClient;
  readonly history: History;
  readonly producer: Producer;
  readonly singleFlight: SingleFlight;
  readonly log: Logger;
  /** How long a complete rollout is watched before it counts as good, where the workload does not say. Milliseconds. */
  readonly soakMs: number;
  /** How long to wait before a removed pin is restored, by how often it was removed. @default 0 s, 1 s, 10 s, 1 min, 5 min */
  readonly restorePausesMs?: readonly number[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

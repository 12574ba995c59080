import type { Schedule } from '@keelson/core';
import type { Pattern } from '../patterns/read-pattern.ts';
import type { Policy } from '../policies/policy.ts';
import type { Warning } from '../warning.ts';

/** What the annotations of a workload request, as `readIntent` reads it. */
export interface Intent {
  /** False when no policy is named: Keelson leaves the workload alone. */
  readonly managed: boolean;
  readonly policy: Policy;
  /** `poll`: checked by its schedule, and on request. `webhook`: checked only when a webhook is received or a user requests it (Keel's default). */
  readonly trigger: 'poll' | 'webhook';
  readonly schedule: Schedule;
  /** Containers to follow, by name (`keel.sh/monitorContainers`). @default all */
  readonly containers: Pattern;
  /** Whether init containers are followed too. @default false */
  readonly initContainers: boolean;
  /** A Secret named for pulling, tried before the pod's own (`keel.sh/imagePullSecret`). */
  readonly pullSecret?: string;
  /** How long a rollout may take, in seconds; absent: the workload's own progress deadline. */
  readonly deadlineSeconds?: number;
  /** How long a complete rollout is watched before it counts as good, in seconds; 0: not at all; absent: Keelson's own setting. */
  readonly soakSeconds?: number;
  /**
   * What follows from a failed rollout. `auto`: a rollback to the last good digest. `hold`: no rollback, and nothing new is rolled out until
   * a user resumes the workload. `off`: no rollback. The digest that failed is quarantined in any case.
   * Unreadable: `hold`. @default auto
   */
  readonly rollback: 'auto' | 'hold' | 'off';
  /** The last resort where Flux would revert a rollback: for how many seconds its reconciliation of the object may be disabled. @default never */
  readonly fluxHoldSeconds?: number;
  /** Whether the end of a failed container's log is read, masked and kept. Unreadable: `off`. @default on */
  readonly logs: 'on' | 'off';
  readonly warnings: readonly Warning[];
}

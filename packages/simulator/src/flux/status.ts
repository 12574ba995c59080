import { z } from 'zod';
import type { Fields } from '../cluster/json.ts';
import { fieldsOf } from '../cluster/json.ts';
import { timestamp } from '../cluster/objects/object.ts';

const condition = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string(),
  message: z.string(),
  lastTransitionTime: z.string(),
});
const conditions = z.array(condition).default([]);
export type Condition = z.infer<typeof condition>;

/** How a Kustomization stands: what its condition Ready says. */
export interface Verdict {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason:
    | 'ReconciliationSucceeded'
    | 'ReconciliationFailed'
    | 'BuildFailed'
    | 'ArtifactFailed'
    | 'DependencyNotReady'
    | 'HealthCheckFailed'
    | 'HealthCheckCanceled'
    | 'Progressing';
  readonly message: string;
}

/** An object that a Kustomization has applied, as `status.inventory` names it: `namespace_name_group_Kind`, and its version. */
export interface InventoryEntry {
  readonly id: string;
  readonly v: string;
}

/** What a pass came to know, beside its verdict. */
export interface Attempt {
  readonly revision: string;
  /** Absent: nothing was applied, what was applied before still counts. */
  readonly inventory?: readonly InventoryEntry[];
}

const requestedAtKey = 'reconcile.fluxcd.io/requestedAt';

export function conditionsOf(kustomization: Fields): readonly Condition[] {
  return conditions.safeParse(fieldsOf(kustomization['status'])['conditions']).data ?? [];
}

/** What the annotation that requests a pass says; undefined where there is none. */
export function requestedAtOf({ metadata }: Fields): string | undefined {
  const value = fieldsOf(fieldsOf(metadata)['annotations'])[requestedAtKey];
  return typeof value === 'string' ? value : undefined;
}

/**
 * The conditions as kustomize-controller writes them: it reads the object again for that, and stamps the generation that it finds then, whatever the
 * pass had read at its start.
 *
 * @param latest - the object as it is now
 * @param doing - what the pass is about to do; undefined at its end
 */
export function conditionsAfter(latest: Fields, { status, reason, message }: Verdict, doing?: string): object {
  const { generation } = fieldsOf(latest['metadata']);
  const at = timestamp(Date.now());
  const before = conditionsOf(latest);
  const stamped = (type: string, now: Omit<Verdict, 'reason'> & { readonly reason: string }) => {
    const old = before.find((each) => each.type === type);
    const lastTransitionTime = old?.status === now.status ? old.lastTransitionTime : at;
    return { type, ...now, lastTransitionTime, observedGeneration: generation };
  };
  const ready = stamped('Ready', { status, reason, message });
  const old = before.find(({ type }) => type === 'Reconciling');
  const running = doing ?? (status === 'False' ? old?.message : undefined);
  if (running === undefined) return { conditions: [ready] };
  const why = doing === undefined ? 'ProgressingWithRetry' : 'Progressing';
  return { conditions: [stamped('Reconciling', { status: 'True', reason: why, message: running }), ready] };
}

/**
 * What else a pass leaves in the status. The request that it handled, and the generation where it succeeded, are those of the object as it was read at
 * the start; a pass over a suspended Kustomization leaves both, without having applied anything.
 */
export function restAfter(begun: Fields, isReady: boolean, attempt?: Attempt): object {
  const { generation } = fieldsOf(begun['metadata']);
  const requestedAt = requestedAtOf(begun);
  return {
    ...(requestedAt !== undefined && { lastHandledReconcileAt: requestedAt }),
    ...(isReady && { observedGeneration: generation }),
    ...(attempt && { lastAttemptedRevision: attempt.revision }),
    ...(attempt && isReady && { lastAppliedRevision: attempt.revision }),
    ...(attempt?.inventory && { inventory: { entries: attempt.inventory } }),
  };
}

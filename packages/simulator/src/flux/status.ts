import { z } from 'zod';
import { fieldsOf } from '../cluster/json.ts';
import { timestamp } from '../cluster/objects/object.ts';

const condition = z.looseObject({ type: z.string(), status: z.string(), lastTransitionTime: z.string() });
const conditions = z.array(condition).default([]);

/** How a Kustomization stands: what its condition Ready says. */
export interface Verdict {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: 'ReconciliationSucceeded' | 'ReconciliationFailed' | 'BuildFailed' | 'Progressing';
  readonly message: string;
}

/** An object that a Kustomization has applied, as `status.inventory` names it: `namespace_name_group_Kind`, and its version. */
export interface InventoryEntry {
  readonly id: string;
  readonly v: string;
}

export interface Attempt {
  readonly revision: string;
  /** Absent: nothing was applied, what was applied before still counts. */
  readonly inventory?: readonly InventoryEntry[];
}

/** The status of a Kustomization after (or, Progressing, during) an attempt. */
export function statusOf(kustomization: Record<string, unknown>, verdict: Verdict, attempt: Attempt): object {
  const { metadata, status } = kustomization;
  const { generation, annotations } = fieldsOf(metadata);
  const before = conditions.safeParse(fieldsOf(status)['conditions']).data?.find(({ type }) => type === 'Ready');
  const at = timestamp(Date.now());
  const lastTransitionTime = before?.status === verdict.status ? before.lastTransitionTime : at;
  const common = { lastTransitionTime, observedGeneration: generation };
  const ready = { type: 'Ready', ...verdict, ...common };
  const running = { ...ready, type: 'Reconciling', status: 'True', reason: 'Progressing', lastTransitionTime: at };
  const requestedAt = fieldsOf(annotations)['reconcile.fluxcd.io/requestedAt'];
  const ended = verdict.reason === 'Progressing' ? {} : { observedGeneration: generation };
  return {
    ...ended,
    conditions: verdict.reason === 'Progressing' ? [running, ready] : [ready],
    lastAttemptedRevision: attempt.revision,
    ...(verdict.status === 'True' ? { lastAppliedRevision: attempt.revision } : {}),
    ...(attempt.inventory === undefined ? {} : { inventory: { entries: attempt.inventory } }),
    ...(typeof requestedAt === 'string' ? { lastHandledReconcileAt: requestedAt } : {}),
  };
}

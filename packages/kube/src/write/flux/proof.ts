import type { Kustomization } from './kustomization.ts';
import type { Request } from './request.ts';

/** What the status of a Kustomization proves about a request. */
export interface Proof {
  /** A pass has ended that read what was written. No pass that began before is under way any more, and none to come knows less. */
  readonly read: boolean;
  /** That pass, or a later one, also applied it: where the digest is missing now, the entry has no effect. */
  readonly applied: boolean;
  /** What keeps Flux from applying it. */
  readonly failure?: { readonly reason: string; readonly message: string };
}

/** Of the condition Ready at the end of a pass that came past applying. */
const appliedReasons: ReadonlySet<string> = new Set([
  'ReconciliationSucceeded',
  'PruneFailed',
  'HealthCheckFailed',
  'HealthCheckCanceled',
]);

/**
 * kustomize-controller reads a Kustomization once, when a pass begins, and reads it again to write its conditions, on which it stamps the generation
 * that it finds then: a pass that knows nothing of an entry seems to have applied it. Only two fields are as the pass read them: the request that it
 * handled, and, where it succeeded, the generation at the top of the status. A suspended Kustomization, and one that cannot be built, report both
 * without having applied anything.
 *
 * @param seen values of the request's annotation that others have written since; never compared by order
 */
export function proofOf(kustomization: Kustomization, request: Request, seen: Iterable<string> = []): Proof {
  const { lastHandledReconcileAt: handled, observedGeneration, generation, suspended, conditions } = kustomization;
  const values = new Set([...request.values, ...seen]);
  for (const value of request.before) values.delete(value);
  const isObserved = request.byGeneration && observedGeneration >= request.generation;
  const read = isObserved || (handled !== undefined && values.has(handled));
  const ready = conditions.find(({ type }) => type === 'Ready');
  const reason = ready?.reason ?? '';
  // A suspension and its end are generations of their own, and so is every other change: what that pass read is then unknown.
  const isSame = generation === request.generation && !suspended;
  const failed = read && ready?.status === 'False' && !appliedReasons.has(reason);
  return {
    read,
    applied: read && isSame && appliedReasons.has(reason),
    ...(failed && { failure: { reason, message: ready.message } }),
  };
}

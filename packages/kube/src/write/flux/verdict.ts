import type { Kustomization, KustomizationCondition } from './kustomization.ts';

/** What Flux makes of the Kustomization as it is now; `failed`: with Flux' own message. */
export type Verdict = { readonly outcome: 'ok' | 'pending' } | { readonly outcome: 'failed'; readonly message: string };

/**
 * Read from the conditions of this very generation (kustomize-controller raises `status.observedGeneration` only when all went well).
 * Health checks come after building and applying: whoever is in them, or failed them, has taken the entry.
 *
 * `object`: `Deployment/shop/web`, as Flux names what it could not apply.
 */
export function verdictOf({ conditions, generation }: Kustomization, object: string): Verdict {
  const now = (type: string): KustomizationCondition | undefined =>
    conditions.find((condition) => condition.type === type && condition.observedGeneration === generation);
  const ready = now('Ready');
  const reconciling = now('Reconciling');
  if (ready?.status === 'True' || ready?.reason === 'HealthCheckFailed') return { outcome: 'ok' };
  if (ready?.status === 'False' && ready.reason === 'BuildFailed') return { outcome: 'failed', message: ready.message };
  if (ready?.status === 'False' && ready.reason === 'ReconciliationFailed' && ready.message.includes(object)) {
    return { outcome: 'failed', message: ready.message };
  }
  const checking = reconciling?.status === 'True' && /running health checks/i.test(reconciling.message);
  return { outcome: checking ? 'ok' : 'pending' };
}

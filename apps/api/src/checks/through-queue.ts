import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problems/api-problem.ts';

type Asking = Pick<ApiDeps, 'requestCheck' | 'requestPatch' | 'requestRelease'>;

/** The same, saying to whoever asked when the queue cannot take it: a registry sends its notification again then. */
export function throughQueue({ requestCheck, requestPatch, requestRelease }: Asking): Asking {
  return {
    requestCheck: (workload, trigger, notBefore) => requestCheck(workload, trigger, notBefore).catch(refuse),
    requestPatch: (rollout) => requestPatch(rollout).catch(refuse),
    requestRelease: (workload) => requestRelease(workload).catch(refuse),
  };
}

function refuse(cause: unknown): never {
  const detail = 'This cannot be queued because Redis does not take it: try again.';
  throw new ApiProblem('queue-unavailable', detail, { cause, headers: { 'Retry-After': '5' } });
}

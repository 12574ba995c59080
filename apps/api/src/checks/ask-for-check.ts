import type { RequestCheck } from '../deps.ts';
import { ApiProblem } from '../problems/api-problem.ts';

/** Asks, and says to whoever asked when the queue cannot take it: a registry sends its notification again then. */
export function askForCheck(requestCheck: RequestCheck): RequestCheck {
  return (workload, trigger, notBefore) => requestCheck(workload, trigger, notBefore).catch(refuse);
}

function refuse(cause: unknown): never {
  const detail = 'The check cannot be queued because Redis does not take it: try again.';
  throw new ApiProblem('queue-unavailable', detail, { cause, headers: { 'Retry-After': '5' } });
}

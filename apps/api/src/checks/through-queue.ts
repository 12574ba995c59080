import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problems/api-problem.ts';

type QueueRequests = Pick<ApiDeps, 'requestCheck' | 'requestPatch' | 'requestRemoval'>;

/** The same requests, which fail with ApiProblem `queue-unavailable` (503) when Redis takes no job: a registry then repeats its notification. */
export function throughQueue({ requestCheck, requestPatch, requestRemoval }: QueueRequests): QueueRequests {
  return {
    requestCheck: (workload, trigger, notBefore) => requestCheck(workload, trigger, notBefore).catch(refuse),
    requestPatch: (rollout) => requestPatch(rollout).catch(refuse),
    requestRemoval: (workload) => requestRemoval(workload).catch(refuse),
  };
}

function refuse(cause: unknown): never {
  const detail = 'Redis does not take this job: try again.';
  throw new ApiProblem('queue-unavailable', detail, { cause, headers: { 'Retry-After': '5' } });
}

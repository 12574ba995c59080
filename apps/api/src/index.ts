export { createApi } from './app.ts';
export type { ApiDeps, ApiEnv, RequestCheck } from './deps.ts';
export { ApiProblem, type ProblemCode } from './problems/api-problem.ts';
export { type ApiOptions, type RunningApi, startApi } from './start-api.ts';

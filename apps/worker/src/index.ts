export type { Deps } from './deps.ts';
export { type RunningWorker, startWorker, type WorkerOptions } from './start-worker.ts';

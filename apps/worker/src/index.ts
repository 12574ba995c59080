export type { Deps } from './deps.ts';
export { checkWorker, type RunningWorker, startWorker, type WorkerOptions } from './start-worker.ts';

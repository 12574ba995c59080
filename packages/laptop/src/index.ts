export type { ForgeEvent, JobEvent, JobState, PipelineEvent, PipelineState } from './ci/events.ts';
export { networkEnv } from './ci/network-env.ts';
export { type Forge, type ForgeOptions, startForge } from './ci/start-forge.ts';
export type { Author } from './git/run-git.ts';
export type { SeedFiles } from './git/seed.ts';
export type { IngressOptions, IngressRoute, RunningIngress } from './ingress/start-ingress.ts';
export { startIngress } from './ingress/start-ingress.ts';
export type { ProcessRuntime, ProcessRuntimeOptions } from './runtime/create-process-runtime.ts';
export { createProcessRuntime } from './runtime/create-process-runtime.ts';

export type { IngressOptions, IngressRoute, RunningIngress } from './ingress/start-ingress.ts';
export { startIngress } from './ingress/start-ingress.ts';
export type { ProcessRuntime, ProcessRuntimeOptions } from './runtime/create-process-runtime.ts';
export { createProcessRuntime } from './runtime/create-process-runtime.ts';

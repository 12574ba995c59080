export { aborted } from './aborted.ts';
export { orAborted } from './or-aborted.ts';
export { sleep } from './sleep.ts';
export { timeoutSignal } from './timeout-signal.ts';

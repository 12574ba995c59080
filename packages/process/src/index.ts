export { dieWithParent } from './die-with-parent.ts';
export { endProcess } from './end-process.ts';
export { freePort } from './free-port.ts';
export { listen } from './listen.ts';

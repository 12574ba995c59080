export { connect, connectQuick, type RedisTarget } from './connect.ts';
export { createExplain } from './explain.ts';
export { RedisError, type RedisErrorCode } from './redis-error.ts';
export { type Argument, loadScript, runScript, type Script } from './script.ts';

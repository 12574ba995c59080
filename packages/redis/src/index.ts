export { connect, connectQuick, type RedisTarget } from './connect.ts';
export { createExplain } from './explain.ts';
export { RedisError, type RedisErrorCode } from './redis-error.ts';
export { type Argument, createScripts, type Script, type Scripts, type ScriptsOptions } from './script.ts';
export { type RedisSettings, targetOf } from './target-of.ts';

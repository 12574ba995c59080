export { sharedRedis } from './shared-redis.ts';
export { rights, startTlsRedis, type TlsRedis } from './tls-redis.ts';

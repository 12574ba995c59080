export { freePort } from './free-port.ts';
export { type RedisOptions, startRedis, type TestRedis } from './start-redis.ts';

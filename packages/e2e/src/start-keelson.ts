import { startApi } from '@keelson/api';
import { createLogger } from '@keelson/log';
import type { RedisServer } from '@keelson/redis/server';
import { createProcesses } from './processes.ts';
import type { TestNamespace } from './test-namespace.ts';

/** Where Keelson runs: in processes of its own, as in production, or in this one, which costs less. */
export type Place = 'apart' | 'here';

/** Starts an API and a worker in a TestNamespace. Resolves when the API is ready. */
export async function startKeelson(
  ns: TestNamespace,
  place: Place,
  { url }: Pick<RedisServer, 'url'> = ns.env.redis,
): Promise<{ readonly url: string }> {
  if (place === 'apart') {
    const { api, worker } = createProcesses(ns);
    const [started] = await Promise.all([api({ REDIS_URL: url }), worker({ REDIS_URL: url })]);
    return started;
  }
  const config = { ...ns.config, redisUrl: url, listen: { host: '127.0.0.1', port: 0 } };
  await ns.startWorker({ config });
  const started = await startApi({ config, log: createLogger({ level: 'fatal', name: 'api' }) });
  ns.onClose(() => started.stop());
  return started;
}

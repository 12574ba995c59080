import { ConfigError, readConfig } from '@keelson/config';
import { createLogger } from '@keelson/log';
import { serveHealth } from './health.ts';
import { startWorker } from './start-worker.ts';

/** A worker on its own, beside API processes that run apart. Needs REDIS_URL: what it shares with them. */
async function main(): Promise<void> {
  const { redisUrl, ...config } = readConfig();
  const log = createLogger({ level: config.logLevel, name: 'worker' });
  for (const { variable, message } of config.warnings) log.warn({ variable }, message);
  if (redisUrl === undefined)
    throw new Error('REDIS_URL is not set: a worker that runs apart needs the Redis that it shares with the API.');

  const worker = await startWorker({ config: { ...config, redisUrl }, log });
  const health = serveHealth(worker, config);
  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'stopping: what runs may end first');
    void Promise.all([worker.stop(), health.stop()]).then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError || error instanceof Error ? error.message : error);
  process.exitCode = 2;
});

import { ConfigError, readConfig } from '@keelson/config';
import { createLogger } from '@keelson/log';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { serveHealth } from './health.ts';
import { startWorker } from './start-worker.ts';

/** Past the grace period, what is left of a shutdown: jobs handed over and connections closed. */
const CLOSING_MS = 10_000;

/** A worker on its own, beside API processes that run apart. Needs REDIS_URL: what it shares with them. */
async function main(): Promise<void> {
  const { redisUrl, ...config } = readConfig();
  if (redisUrl === undefined) {
    const message = 'REDIS_URL is not set: a worker that runs apart needs the Redis that it shares with the API.';
    throw new ConfigError([{ variable: 'REDIS_URL', message }]);
  }
  const log = createLogger({ level: config.logLevel, name: 'worker' });
  for (const { variable, message } of config.warnings) log.warn({ variable }, message);

  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const worker = await startWorker({ config: { ...config, redisUrl }, log, metrics });
  const health = await serveHealth(worker, config).catch(async (error: unknown) => {
    await worker.stop();
    throw error;
  });
  log.info({ host: config.healthListen.host, port: health.port }, 'health and metrics are served');

  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'stopping: what runs may end first');
    // Past that something hangs, and whoever sent the signal would kill the process anyway.
    setTimeout(() => process.exit(1), config.graceSeconds * 1_000 + CLOSING_MS).unref();
    void Promise.all([worker.stop(), health.stop()]).then(() => {
      log.info('stopped');
      process.exit(0);
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});

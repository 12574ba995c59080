import { ConfigError, readConfig } from '@keelson/config';
import { escapeLines, maskSecrets } from '@keelson/core';
import { createLogger } from '@keelson/log';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { serveHealth } from './health.ts';
import { startWorker } from './start-worker.ts';

/** The rest of a shutdown after the grace period: jobs are handed over and connections closed. */
const closingMs = 10_000;

/** Runs a worker as a process of its own, beside API processes. Needs REDIS_URL, since they share Redis. */
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
  log.info({ host: config.healthListen.host, port: health.port }, 'serving health and metrics');

  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'shutting down; waiting for running jobs');
    // A shutdown that takes longer hangs: the process ends itself before whatever sent the signal kills it.
    setTimeout(() => process.exit(1), config.graceSeconds * 1_000 + closingMs).unref();
    void Promise.all([worker.stop(), health.stop()]).then(([clean]) => {
      log.info({ clean }, 'stopped');
      process.exit(clean ? 0 : 1);
    });
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${escapeLines(maskSecrets(error instanceof Error ? error.message : String(error)))}\n`);
  process.exitCode = 2;
});

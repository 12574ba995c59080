import { ConfigError, readConfig } from '@keelson/config';
import { escapeLines, maskSecrets } from '@keelson/core';
import { createLogger } from '@keelson/log';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { startApi } from './start-api.ts';

/** Runs the API as a process of its own. Any number of them share one Redis with any number of workers. */
async function main(): Promise<void> {
  const config = readConfig();
  const { redisUrl, graceSeconds } = config;
  if (redisUrl === undefined) {
    const message = 'REDIS_URL is not set; it must be, because the API reads what the workers write to Redis.';
    throw new ConfigError([{ variable: 'REDIS_URL', message }]);
  }
  const log = createLogger({ level: config.logLevel, name: 'api' });
  for (const { variable, message } of config.warnings) log.warn({ variable }, message);

  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const api = await startApi({ config: { ...config, redisUrl }, log, metrics });

  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'shutting down; waiting for open requests');
    // Past the grace period something hangs: exit before the sender of the signal kills the process.
    setTimeout(() => process.exit(1), (graceSeconds + 1) * 1_000).unref();
    api.stop().then(
      () => log.info('stopped'),
      (error: unknown) => {
        log.error({ err: error }, 'could not shut down cleanly');
        process.exitCode = 1;
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${escapeLines(maskSecrets(error instanceof Error ? error.message : String(error)))}\n`);
  process.exitCode = 2;
});

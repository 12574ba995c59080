import { startApi } from '@keelson/api';
import type { Config } from '@keelson/config';
import { readConfig } from '@keelson/config';
import type { Logger } from '@keelson/log';
import { createLogger } from '@keelson/log';
import { startWorker } from '@keelson/worker';
import { untilStopped } from '../until-stopped.ts';
import { redisFor } from './redis-for.ts';

/** `keelson up`: API and worker in one process, until SIGTERM or SIGINT. */
export async function up(): Promise<void> {
  const read = readConfig();
  const log = createLogger({ level: read.logLevel, name: 'keelson' });
  for (const { variable, message } of read.warnings) log.warn({ variable }, message);

  const stopped = untilStopped();
  const redis = await redisFor(read, log);
  try {
    await serve({ ...read, redisUrl: redis.url }, log, stopped);
  } finally {
    await redis.stop();
  }
}

async function serve(
  config: Config & { readonly redisUrl: string },
  log: Logger,
  stopped: Promise<NodeJS.Signals>,
): Promise<void> {
  const worker = await startWorker({ config, log });
  try {
    const api = await startApi({ config, log, metrics: worker.metrics, problems: () => worker.problems() });
    log.info({ url: api.url }, 'Keelson is up');
    const signal = await stopped;
    log.info({ signal }, 'shutting down; waiting for running jobs');
    await api.stop();
  } finally {
    await worker.stop();
  }
}

import { checkApi, startApi } from '@keelson/api';
import type { Config } from '@keelson/config';
import { readConfig } from '@keelson/config';
import type { Logger } from '@keelson/log';
import { createLogger } from '@keelson/log';
import { checkWorker, startWorker } from '@keelson/worker';
import { untilStopped } from '../until-stopped.ts';
import { redisFor } from './redis-for.ts';

/** The rest of a shutdown after the grace period: jobs are handed over and connections closed. */
const closingMs = 5_000;

/** `keelson up`: API and worker in one process, until SIGTERM or SIGINT. */
export async function up(): Promise<void> {
  const read = readConfig();
  const log = createLogger({ level: read.logLevel, name: 'keelson' });
  for (const { variable, message } of read.warnings) log.warn({ variable }, message);

  const stopped = untilStopped();
  // A start that fails must not leave a Redis behind, nor start one.
  await Promise.all([checkApi(read), checkWorker(read)]);
  const redis = await redisFor(read, log);
  let clean: boolean;
  try {
    clean = await serve({ ...read, redisUrl: redis.url }, log, Promise.race([stopped, redis.lost]));
  } finally {
    await redis.stop();
  }
  log.info({ clean }, 'stopped');
  // Without Redis, what waits for it would keep this process alive.
  if (!clean) process.exit(1);
}

async function serve(
  config: Config & { readonly redisUrl: string },
  log: Logger,
  ended: Promise<NodeJS.Signals | 'redis-lost'>,
): Promise<boolean> {
  const worker = await startWorker({ config, log });
  try {
    const api = await startApi({ config, log, metrics: worker.metrics, problems: () => worker.problems() });
    log.info({ url: api.url }, 'Keelson is up');
    const why = await ended;
    log.info({ why }, 'shutting down; waiting for running jobs');
    // Past the grace period something hangs: this process ends itself before whatever sent a signal kills it.
    setTimeout(() => process.exit(1), config.graceSeconds * 1_000 + closingMs).unref();
    await api.stop();
  } catch (error) {
    await worker.stop();
    throw error;
  }
  return worker.stop();
}

import { startApi } from '@keelson/api';
import { readConfig } from '@keelson/config';
import { createLogger } from '@keelson/log';
import { startWorker } from '@keelson/worker';
import { untilStopped } from '../until-stopped.ts';
import { redisFor } from './redis-for.ts';

/** `keelson up`: API and worker in one process, until it is told to stop. */
export async function up(): Promise<void> {
  const read = readConfig();
  const log = createLogger({ level: read.logLevel, name: 'keelson' });
  for (const { variable, message } of read.warnings) log.warn({ variable }, message);

  const stopped = untilStopped();
  const redis = await redisFor(read, log);
  const config = { ...read, redisUrl: redis.url };
  const worker = await startWorker({ config, log });
  const api = await startApi({ config, log, metrics: worker.metrics, problems: () => worker.problems() });
  log.info({ url: api.url }, 'Keelson is up');

  const signal = await stopped;
  log.info({ signal }, 'stopping: what runs may end first');
  await Promise.all([api.stop(), worker.stop()]);
  await redis.stop();
}

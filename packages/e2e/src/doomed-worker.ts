import { writeSync } from 'node:fs';
import { readConfig } from '@keelson/config';
import { createLogger } from '@keelson/log';
import { startWorker } from '@keelson/worker';
import { z } from 'zod';
import { killAt } from './kill-at.ts';

const order = z.strictObject({
  env: z.record(z.string(), z.string()),
  kubeconfigText: z.string(),
  redisUrl: z.string(),
  /** The step at which it dies; 0: never. */
  step: z.number(),
});

/** A worker process that dies at a given step. Its order is its one argument, as JSON; it writes a line for every step it passed. */
const { env, kubeconfigText, redisUrl, step } = order.parse(JSON.parse(process.argv[2] ?? '{}'));
const worker = await startWorker({
  config: { ...readConfig(env), redisUrl },
  kubeconfigText,
  log: createLogger({ level: 'error', name: 'doomed' }),
  wrap: killAt(step, (count, name) => writeSync(1, `step ${count} ${name}\n`)),
});
process.once('SIGTERM', () => void worker.stop().then(() => process.exit(0)));

import { readConfig } from '@keelson/config';
import { createLogger } from '@keelson/log';
import { startWorker } from '@keelson/worker';
import { z } from 'zod';
import { killAt } from './kill-at.ts';

const order = z.strictObject({
  env: z.record(z.string(), z.string()),
  kubeconfigText: z.string(),
  redisUrl: z.string(),
  step: z.templateLiteral([z.enum(['before', 'after']), ' ', z.string()]),
});

/** A worker process that dies at a given step. Its order is its one argument, as JSON. */
const { env, kubeconfigText, redisUrl, step } = order.parse(JSON.parse(process.argv[2] ?? '{}'));
await startWorker({
  config: { ...readConfig(env), redisUrl },
  kubeconfigText,
  log: createLogger({ level: 'error', name: 'doomed' }),
  wrap: killAt(step),
});

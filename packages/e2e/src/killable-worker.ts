import { flushCompileCache } from 'node:module';
import { readConfig } from '@keelson/config';
import { createLogger } from '@keelson/log';
import { startWorker } from '@keelson/worker';
import { z } from 'zod';
import { killAt, killProcess } from './kill-at.ts';

const order = z.strictObject({
  settings: z.record(z.string(), z.string()),
  kubeconfigText: z.string(),
  redisUrl: z.string(),
  step: z.templateLiteral([z.enum(['before', 'after']), ' ', z.string()]),
});

// What is killed writes nothing at its exit.
flushCompileCache();

/** A worker process that kills itself at a given step. Its order is its one argument, as JSON. */
const { settings, kubeconfigText, redisUrl, step } = order.parse(JSON.parse(process.argv[2] ?? '{}'));
await startWorker({
  config: { ...readConfig(settings), redisUrl },
  kubeconfigText,
  log: createLogger({ level: 'error', name: 'killable' }),
  wrap: killAt(step, killProcess),
});

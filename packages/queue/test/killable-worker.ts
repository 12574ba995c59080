import { handle, startFunctions } from '../src/index.ts';
import { memoryLog, sampleFunction } from './sample.ts';

/** A worker that takes jobs and never ends them, until it is killed. `node killable-worker.ts URL` */
const [, , redis = ''] = process.argv;
const never = handle(sampleFunction(), async ({ n }) => {
  process.stdout.write(`running ${n}\n`);
  await new Promise(() => undefined);
});
await startFunctions([never], { redis, log: memoryLog(), graceMs: 0 });

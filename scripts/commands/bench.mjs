import { runTurbo } from '../lib/children.mjs';
import { ensureDependencies } from '../lib/dependencies.mjs';
import { ensureRedis } from '../lib/redis.mjs';

/** One package at a time: two at once would measure each other. */
export async function bench(args) {
  await ensureDependencies();
  await ensureRedis();
  return runTurbo(['run', 'bench', '--concurrency=1', '--output-logs=full', '--', ...args]);
}

import { runNode } from '../lib/children.mjs';
import { ensureDependencies } from '../lib/dependencies.mjs';
import { ensureRedis } from '../lib/redis.mjs';

/** Runs `keelson COMMAND …` from its source. */
export function cli(command) {
  return async (args) => {
    await ensureDependencies();
    await ensureRedis();
    return runNode(['apps/cli/src/main.ts', command, ...args]);
  };
}

import { ensureDependencies } from '../lib/dependencies.mjs';
import { ensureRedis } from '../lib/redis.mjs';

export async function setup() {
  await ensureDependencies();
  await ensureRedis();
  return 0;
}

import { createEntries } from './entries.js';
import { connectRedis } from './redis.js';

const keep = 1_000;

/** The CronJob's program: deletes all but the newest entries. Ends with code 1 when Redis is unavailable; the next night catches up. */
const redis = connectRedis(process.env);
try {
  const removed = await createEntries(redis).tidy(keep);
  console.log(`took out ${removed} entries; the newest ${keep} stay`);
} catch (error) {
  console.error(`nothing was taken out: ${error.message}`);
  process.exitCode = 1;
} finally {
  redis.disconnect();
}

import { runLogged } from './logged.mjs';
import { which } from './path.mjs';
import { redisPlan } from './redis-plan.mjs';
import { SetupError } from './setup-error.mjs';
import { step } from './terminal.mjs';

/** Makes sure that there is a Redis to use or to start: REDIS_URL, redis-server on PATH, or the system's package manager. */
export async function ensureRedis() {
  if (process.env.REDIS_URL?.trim() || which('redis-server')) return;
  const plan = redisPlan({ has: (name) => which(name) !== undefined, isRoot: process.getuid?.() === 0 });
  const remedy = `${plan.remedy}, or set REDIS_URL to a Redis that is there.`;
  if (!plan.attempts) throw new SetupError(plan.message, { remedy });
  await step(`installing redis-server with ${plan.manager}`, () => firstThatWorks(plan, remedy));
  if (!which('redis-server')) throw new SetupError('redis-server was installed but is not on PATH.', { remedy });
}

async function firstThatWorks({ attempts, env }, remedy) {
  let failure;
  for (const [index, attempt] of attempts.entries()) {
    try {
      for (const command of attempt) await runLogged(`redis-${index + 1}`, command, { env, remedy });
      return;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

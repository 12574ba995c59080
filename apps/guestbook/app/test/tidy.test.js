import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connectRedis } from '../src/redis.js';
import { freePort, skip, startRedis } from './start.js';

async function tidy(env) {
  const script = fileURLToPath(new URL('../src/tidy.js', import.meta.url));
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { output, errors, code };
}

test('the nightly job keeps the newest 1,000 entries, and has nothing to do the next time', {
  skip,
}, async (context) => {
  const { env } = await startRedis(context);
  const redis = connectRedis(env);
  context.after(() => redis.disconnect());
  await redis.lpush('guestbook:entries', ...Array.from({ length: 1_234 }, (_, index) => `${index}`));

  assert.deepEqual(await tidy(env), { code: 0, errors: '', output: 'took out 234 entries; the newest 1000 stay\n' });
  assert.equal(await redis.llen('guestbook:entries'), 1_000);
  assert.equal(await redis.lindex('guestbook:entries', 0), '1233');
  assert.match((await tidy(env)).output, /^took out 0 entries/);
});

test('the nightly job reports that Redis is unavailable, and exits with code 1', async () => {
  const { code, errors } = await tidy({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` });

  assert.equal(code, 1);
  assert.match(errors, /nothing was taken out/);
});

test('the nightly job changes nothing when the key is not a list', { skip }, async (context) => {
  const { env } = await startRedis(context);
  const redis = connectRedis(env);
  context.after(() => redis.disconnect());
  await redis.set('guestbook:entries', 'something else');

  const { code, errors } = await tidy(env);

  assert.equal(code, 1);
  assert.match(errors, /nothing was taken out: WRONGTYPE/);
  assert.equal(await redis.get('guestbook:entries'), 'something else');
});

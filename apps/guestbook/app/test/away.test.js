import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { skip, startApp, startRedis } from './start.js';

async function untilReady(app) {
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await app.get('/api/ready')).status === 200) return;
    await wait(100);
  }
  throw new Error('it was not ready within 10 s');
}

test('the guestbook reports that Redis is unavailable, stays alive, and recovers by itself', {
  skip,
}, async (context) => {
  const first = await startRedis(context);
  const app = await startApp(context, first.env);
  assert.equal((await app.get('/api/ready')).status, 200);

  await first.stop();

  assert.equal((await app.get('/api/health')).status, 200);
  const ready = await app.get('/api/ready');
  assert.equal(ready.status, 503);
  assert.deepEqual(await ready.json(), { status: 'away', reason: 'Redis does not answer' });
  const read = await app.get('/');
  assert.equal(read.status, 503);
  assert.equal(read.headers.get('retry-after'), '5');
  assert.match(await read.text(), /role="alert">The guestbook cannot be read just now/);
  const written = await app.write({ name: 'Ada', text: 'do not lose this' });
  assert.equal(written.status, 503);
  assert.match(await written.text(), /could not be kept[\s\S]*do not lose this<\/textarea>/);

  await startRedis(context, first.port);
  await untilReady(app);
  assert.equal((await app.write({ name: 'Ada', text: 'again' })).status, 303);
  assert.equal((await app.entries.newest()).total, 1);
});

test('the guestbook is not ready with a wrong Redis password, and does not print it', { skip }, async (context) => {
  const redis = await startRedis(context);
  const said = context.mock.method(console, 'error', () => undefined);
  const app = await startApp(context, { ...redis.env, REDIS_PASSWORD: 'wrong-one' });

  assert.equal((await app.get('/api/ready')).status, 503);
  assert.equal((await app.get('/api/health')).status, 200);
  const logged = said.mock.calls.map((call) => call.arguments.join(' '));
  assert.match(logged[0], /^Redis is away: WRONGPASS/);
  assert.doesNotMatch(logged.join(), /wrong-one/);
});

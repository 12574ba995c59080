import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skip, startApp, startRedis } from './start.js';

test('the guestbook stores entries and shows them newest first, as they were written', { skip }, async (context) => {
  const app = await startApp(context, (await startRedis(context)).env);
  assert.match(await (await app.get('/')).text(), /Nobody has written yet/);

  const first = await app.write({ name: 'Ada', text: 'one\r\n  two' });
  assert.equal(first.status, 303);
  assert.equal(first.headers.get('location'), '/');
  await app.write({ name: 'Grace', text: 'three' });

  const html = await (await app.get('/')).text();
  assert.ok(html.includes('one\n  two</p>'));
  assert.ok(html.indexOf('Grace') < html.indexOf('Ada'));
});

test('the guestbook shows entries as text, whatever they contain', { skip }, async (context) => {
  const app = await startApp(context, (await startRedis(context)).env);
  const evil = `</textarea><script>alert("x")</script>`;
  await app.write({ name: evil, text: evil });

  const kept = await (await app.get('/')).text();
  const refused = await (await app.write({ name: evil.repeat(3), text: evil })).text();

  for (const html of [kept, refused]) {
    assert.doesNotMatch(html, /<script|<\/textarea><s/);
    assert.ok(html.includes('&lt;/textarea&gt;&lt;script&gt;alert(&quot;x&quot;)'));
  }
});

for (const [why, fields, sentence] of [
  ['no name', { name: ' ', text: 'hello' }, 'Please say who you are.'],
  ['no words', { name: 'Ada', text: '\r\n' }, 'Please write something.'],
  ['nothing', {}, 'Please say who you are.'],
  ['a long name', { name: 'x'.repeat(61), text: 'hello' }, 'Your name has more than 60 characters.'],
  ['many words', { name: 'Ada', text: 'x'.repeat(1_001) }, 'Your words have more than 1000 characters.'],
]) {
  test(`the guestbook refuses an entry with ${why}, and says so beside the text`, { skip }, async (context) => {
    const app = await startApp(context, (await startRedis(context)).env);

    const response = await app.write(fields);

    assert.equal(response.status, 422);
    const html = await response.text();
    assert.ok(html.includes(`role="alert">${sentence}`));
    assert.ok(html.includes(`value="${(fields.name ?? '').trim()}"`));
    assert.equal((await app.entries.newest()).total, 0);
  });
}

test('the guestbook stores the longest allowed entries in any script', { skip }, async (context) => {
  const app = await startApp(context, (await startRedis(context)).env);

  const response = await app.write({ name: '𒀀'.repeat(60), text: '𒀀'.repeat(1_000) });

  assert.equal(response.status, 303);
});

test('the guestbook shows the newest 50 entries, and skips an unreadable one', { skip }, async (context) => {
  const app = await startApp(context, (await startRedis(context)).env);
  for (let index = 0; index < 60; index += 1) await app.entries.add({ name: 'Ada', text: `number ${index}.` });
  await app.redis.lpush('guestbook:entries', 'not JSON', '{"at":1}', '{"at":"no time","name":"Grace","text":"hm"}');

  const html = await (await app.get('/')).text();

  assert.ok(html.includes('number 59.') && html.includes('number 13.') && html.includes('Grace'));
  assert.ok(!html.includes('number 12.') && !html.includes('Invalid'));
  assert.match(html, /The newest 48 of 63\./);
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { about, freePort, startApp } from './start.js';

/** These tests need no Redis: none answers. */
const start = async (context) => startApp(context, { REDIS_URL: `redis://127.0.0.1:${await freePort()}` });

test('the app returns its version as JSON', async (context) => {
  const app = await start(context);

  assert.deepEqual(await (await app.get('/api/version')).json(), about);
});

for (const [method, path, status, allow] of [
  ['GET', '/nothing', 404, null],
  ['GET', '/constructor', 404, null],
  ['DELETE', '/', 405, 'HEAD, GET, POST'],
  ['POST', '/api/health', 405, 'HEAD, GET'],
  ['HEAD', '/api/health', 200, null],
]) {
  test(`the guestbook answers ${method} ${path} with ${status}`, async (context) => {
    const response = await (await start(context)).get(path, { method });

    assert.equal(response.status, status);
    assert.equal(response.headers.get('allow'), allow);
    assert.equal(response.headers.get('cache-control'), 'no-store');
  });
}

for (const [what, status, options] of [
  ['JSON', 415, { body: '{}', headers: { 'content-type': 'application/json' } }],
  ['nothing at all', 415, {}],
  ['more than 16 KB', 413, { body: new URLSearchParams({ name: 'x', text: 'x'.repeat(17_000) }) }],
  [
    "another site's form",
    403,
    { body: new URLSearchParams({ name: 'x' }), headers: { 'sec-fetch-site': 'cross-site' } },
  ],
]) {
  test(`the guestbook refuses ${what} with ${status}`, async (context) => {
    const response = await (await start(context)).get('/', { method: 'POST', ...options });

    assert.equal(response.status, status);
    assert.ok((await response.json()).error);
  });
}

test('the guestbook stops reading an endless body', async (context) => {
  const app = await start(context);
  const socket = connect(new URL(app.url).port, '127.0.0.1');
  await once(socket, 'connect');
  const head = [
    'POST / HTTP/1.1',
    'host: x',
    'content-type: application/x-www-form-urlencoded',
    'content-length: 999999999',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${'x'.repeat(20_000)}`);

  assert.match(await text(socket), /^HTTP\/1\.1 413 [\s\S]*connection: close/i);
});

test('the guestbook continues after a client hung up in the middle of a form', async (context) => {
  const app = await start(context);
  const socket = connect(new URL(app.url).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 99\r\n\r\nname=',
  );
  await once(app.server, 'request');
  socket.destroy();

  assert.equal((await app.get('/api/health')).status, 200);
});

test('the page allows its own style and its own form, and no script', async (context) => {
  const response = await (await start(context)).get('/');
  const policy = response.headers.get('content-security-policy');

  const [, style] = /<style>(.*)<\/style>/s.exec(await response.text());
  assert.ok(policy.includes(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`));
  assert.match(policy, /default-src 'none'.*form-action 'self'/);
  assert.doesNotMatch(policy, /unsafe|script-src/);
});

test('a draining guestbook is neither healthy nor ready, and closes connections', async (context) => {
  const app = await start(context);
  app.drain();

  for (const path of ['/api/health', '/api/ready']) {
    const response = await app.get(path);
    assert.equal(response.status, 503);
    assert.deepEqual(await response.json(), { status: 'ending' });
    assert.equal(response.headers.get('connection'), 'close');
  }
});

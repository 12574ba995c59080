import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { start } from './start.js';

let app;

before(async () => {
  app = await start();
});

after(() => app.server.close());

test('the app reports its health', async () => {
  const response = await app.get('/api/health');

  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { status: 'ok' });
});

test('the app returns its version as JSON', async () => {
  const response = await app.get('/api/version?again');

  assert.match(response.headers.get('content-type'), /^application\/json/);
  assert.deepEqual(await response.json(), {
    name: 'shop',
    version: '1.2.3',
    commit: '0123456789abcdef0123456789abcdef01234567',
    buildTime: '2026-01-02T03:04:05Z',
    environment: 'staging',
    pod: 'shop-1',
  });
});

for (const [method, path, status] of [
  ['GET', '/api/nothing', 404],
  ['GET', '/__proto__', 404],
  ['GET', '/constructor', 404],
  ['POST', '/', 405],
  ['DELETE', '/api/version', 405],
  ['HEAD', '/', 200],
]) {
  test(`the app answers ${method} ${path} with ${status}, not to be cached`, async () => {
    const response = await app.get(path, { method });

    assert.equal(response.status, status);
    assert.equal(response.headers.get('cache-control'), 'no-store');
  });
}

test('the app survives a request line that is not a URL', async () => {
  const socket = connect(new URL(app.url).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end('GET // HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');

  assert.match(await text(socket), /^HTTP\/1\.1 404 /);
  assert.equal((await app.get('/api/health')).status, 200);
});

test('a draining app is no longer healthy, continues to serve, and closes connections', async (context) => {
  const other = await start();
  context.after(() => other.server.close());
  other.drain();

  const [health, page] = await Promise.all([other.get('/api/health'), other.get('/')]);

  assert.equal(health.status, 503);
  assert.deepEqual(await health.json(), { status: 'ending' });
  assert.equal(page.status, 200);
  assert.equal(page.headers.get('connection'), 'close');
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createApp } from '../src/server.js';

const server = createApp({ buildTime: '2026-01-01T00:00:00Z' });
let base;

before(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  base = `http://127.0.0.1:${server.address().port}`;
});

after(() => server.close());

test('says that it is well', async () => {
  const response = await fetch(`${base}/api/health`);

  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { status: 'ok' });
});

test('says when it was built', async () => {
  const response = await fetch(base);

  assert.equal(await response.text(), 'myapp, built 2026-01-01T00:00:00Z\n');
});

test('has nothing elsewhere', async () => {
  const response = await fetch(`${base}/api/nothing`);

  assert.equal(response.status, 404);
});

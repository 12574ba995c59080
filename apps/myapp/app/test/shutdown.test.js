import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createServer, get } from 'node:http';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { endsGently } from '../src/shutdown.js';

/** A server whose responses the test releases, and that `signals` ends. */
async function slowApp(times) {
  const events = new EventEmitter();
  const responses = [];
  const server = createServer((_request, response) => {
    responses.push(response);
    events.emit('request');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const state = { drained: false };
  const signals = new EventEmitter();
  const ended = new Promise((end) => {
    endsGently({ server, drain: () => (state.drained = true) }, { ...times, on: signals, end });
  });
  const request = () => once(get({ port: server.address().port, agent: false }), 'response');
  return { events, responses, server, signals, ended, state, request };
}

test('an app that ends answers late requests, and then finishes open ones', async (context) => {
  const { events, responses, server, signals, ended, state, request } = await slowApp({ lagMs: 300, drainMs: 5_000 });
  context.mock.timers.enable({ apis: ['setTimeout'] });
  signals.emit('SIGTERM');
  assert.ok(state.drained);

  const late = request();
  await once(events, 'request');
  context.mock.timers.tick(299);
  assert.ok(server.listening);
  context.mock.timers.tick(1);
  assert.ok(!server.listening);
  responses[0].end('there');

  const [response] = await late;
  assert.equal(response.statusCode, 200);
  response.resume();
  assert.equal(await ended, 0);
});

test('an app that ends cuts off requests that take too long', async () => {
  const { events, signals, ended, request } = await slowApp({ lagMs: 0, drainMs: 100 });
  const never = assert.rejects(request(), /socket hang up/);
  await once(events, 'request');
  signals.emit('SIGTERM');

  assert.equal(await ended, 0);
  await never;
});

test('an app that ends does not wait at Ctrl-C, and exits at once at a second signal', async () => {
  const patient = await slowApp({ lagMs: 60_000, drainMs: 60_000 });
  patient.signals.emit('SIGINT');
  assert.equal(await patient.ended, 0);

  const hurried = await slowApp({ lagMs: 60_000, drainMs: 60_000 });
  hurried.signals.emit('SIGINT');
  hurried.signals.emit('SIGINT');
  assert.equal(await hurried.ended, 1);
});

test('the process exits with code 0, and with a message when its port is wrong', async () => {
  const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
  const app = spawn(process.execPath, [main], { env: { PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(app.stdout, 'data');
  app.kill('SIGINT');
  assert.deepEqual(await once(app, 'exit'), [0, null]);

  const wrong = spawn(process.execPath, [main], { env: { PORT: 'none' }, stdio: ['ignore', 'ignore', 'pipe'] });
  const [[sentence], [code]] = await Promise.all([once(wrong.stderr, 'data'), once(wrong, 'exit')]);
  assert.match(String(sentence), /PORT is "none", which is not a port/);
  assert.equal(code, 1);
});

test('the process listens only on the address in HOST', async () => {
  const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
  const env = { PORT: '0', HOST: '127.0.0.1' };
  const app = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(app.stdout, 'data');
  const port = /listens on (\d+)/.exec(String(said))[1];
  assert.equal((await fetch(`http://127.0.0.1:${port}/api/health`)).status, 200);
  // Who listens on every address answers at each of 127.0.0.0/8.
  await assert.rejects(fetch(`http://127.0.0.2:${port}/api/health`));
  app.kill('SIGINT');
  await once(app, 'exit');
});

import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { bounds } from '@keelson/core';
import { afterEach, expect, it } from 'vitest';
import { limitPipelined } from './limit-pipelined.ts';
import { listen } from './listen.ts';

let server: Server;
afterEach(() => server.closeAllConnections());

/** What the server answers to so many requests that are sent at once, and how many of them it saw in time. */
async function pipeline(count: number): Promise<{ responses: number; seen: number }> {
  const listening = await listen({ host: '127.0.0.1', port: 0 });
  server = listening.server;
  limitPipelined(server);
  let seen = 0;
  server.on('request', ({ socket }, outgoing) => {
    if (!socket.destroyed) seen++;
    setImmediate(() => outgoing.end('x'));
  });
  const socket = connect(Number(new URL(listening.url).port), '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  socket.write(
    `${'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(count - 1)}GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  );
  await once(socket, 'close');
  server.close();
  return { responses: text.split('HTTP/1.1 200').length - 1, seen };
}

it('a connection may send a few requests before it reads a response', async () => {
  expect(await pipeline(bounds.requestsOfConnection)).toEqual({
    responses: bounds.requestsOfConnection,
    seen: bounds.requestsOfConnection,
  });
});

it('a connection that sends ten times as many gets cut, and no more of them is worked on (law 17)', async () => {
  const { responses, seen } = await pipeline(10 * bounds.requestsOfConnection);

  expect(responses).toBe(0);
  expect(seen).toBe(bounds.requestsOfConnection);
});

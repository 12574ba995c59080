import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { handmadeCluster } from '../testing/handmade-cluster.ts';
import type { RunningServices } from './start-services.ts';
import { startServices } from './start-services.ts';

const stops: (() => void)[] = [];
let made: ReturnType<typeof handmadeCluster>;
let services: RunningServices;

beforeEach(() => {
  made = handmadeCluster();
  services = startServices(made.cluster);
});
afterEach(() => {
  services.stop();
  for (const stop of stops.splice(0)) stop();
});

/** A pod that says its name and what it is told. */
async function pod(name: string): Promise<void> {
  const server = createServer((socket) => {
    socket.write(`${name}: `);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => server.close());
  made.addresses.set(name, { host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  made.put('Pod', name, { status: { conditions: [{ type: 'Ready', status: 'True' }] } }, { labels: { app: 'echo' } });
}

const service = () => made.put('Service', 'echo', { spec: { selector: { app: 'echo' }, ports: [{ port: 7 }] } });

async function ask(place: string): Promise<string> {
  const [host = '', port = ''] = place.split(':');
  const socket = connect({ host, port: Number(port) });
  socket.end('hello');
  return text(socket);
}

it('leads names of Services, and nothing else, to where they are', async () => {
  service();
  await pod('a');

  const env = await services.lead(
    { A: 'echo:7', B: 'x://echo.web.svc:7/1', C: 'echo:8', D: 'other:7', E: 'echo' },
    'web',
  );
  const elsewhere = await services.lead({ A: 'echo:7' }, 'elsewhere');

  expect(env['A']).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(env).toMatchObject({ B: `x://${env['A']}/1`, C: 'echo:8', D: 'other:7', E: 'echo' });
  expect(elsewhere).toEqual({ A: 'echo:7' });
  expect(await ask(env['A'] ?? '')).toBe('a: hello');
});

it('joins connections with the ready pods in turn, also with those that come later, and passes over one that is gone', async () => {
  service();
  const { A: place = '' } = await services.lead({ A: 'echo:7' }, 'web');
  await expect(ask(place)).rejects.toThrow('ECONNRESET');

  await pod('a');
  await pod('b');
  expect([await ask(place), await ask(place)].sort()).toEqual(['a: hello', 'b: hello']);
  made.addresses.set('a', { host: '127.0.0.1', port: 1 });
  expect([await ask(place), await ask(place)]).toEqual(['b: hello', 'b: hello']);
});

it('ends open connections when it stops', async () => {
  service();
  await pod('a');
  const { A: place = '' } = await services.lead({ A: 'echo:7' }, 'web');
  const socket = connect({ host: '127.0.0.1', port: Number(place.split(':')[1]) });
  const [greeting] = await once(socket, 'data');

  services.stop();
  await once(socket, 'close');

  expect(String(greeting)).toBe('a: ');
  await expect(ask(place)).rejects.toThrow('ECONNREFUSED');
});

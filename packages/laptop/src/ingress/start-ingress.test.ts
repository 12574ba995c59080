import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handmadeCluster } from '../testing/handmade-cluster.ts';
import type { RunningIngress } from './start-ingress.ts';
import { startIngress } from './start-ingress.ts';

type Made = ReturnType<typeof handmadeCluster>;
const stops: (() => void)[] = [];
let made: Made;
let ingress: RunningIngress;

beforeEach(async () => {
  made = handmadeCluster();
  ingress = await startIngress({ cluster: made.cluster, firstPort: 0 });
});
afterEach(async () => {
  await ingress.stop();
  for (const stop of stops.splice(0)) stop();
});

/** A pod of the app, and the server that it is. */
async function pod(
  name: string,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  { app = 'shop', ready = 'True', meta = {} } = {},
): Promise<void> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  made.addresses.set(name, { host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  made.put('Pod', name, { status: { conditions: [{ type: 'Ready', status: ready }] } }, { labels: { app }, ...meta });
}

function service(name = 'shop', app = name): void {
  made.put('Service', name, { spec: { selector: { app }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] } });
}

async function host(name: string, paths: Readonly<Record<string, string>> = { '/': 'shop' }): Promise<string> {
  const list = Object.entries(paths).map(([path, to]) => ({
    path,
    pathType: 'Prefix',
    backend: { service: { name: to, port: { number: 80 } } },
  }));
  made.put('Ingress', name, { spec: { rules: [{ host: name, http: { paths: list } }] } });
  return expect
    .poll(() => urlOf(name))
    .not.toBe('')
    .then(() => urlOf(name));
}

const urlOf = (name: string) =>
  (ingress.routes.find((route) => route.host === name)?.url ?? '').replace(/(:\d+).*/, '$1');
const says = (text: string) => (_request: IncomingMessage, response: ServerResponse) => void response.end(text);

describe('a request', () => {
  it("a request goes to the service's ready pods in turn, and to no others", async () => {
    service();
    await pod('a', says('a'));
    await pod('b', says('b'));
    await pod('unready', says('unready'), { ready: 'False' });
    await pod('leaving', says('leaving'), { meta: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    await pod('other', says('other'), { app: 'other' });
    await pod('elsewhere', says('elsewhere'), { meta: { namespace: 'elsewhere' } });
    const url = await host('shop.test');

    const answers: string[] = [];
    for (let count = 0; count < 6; count += 1) answers.push(await (await fetch(url)).text());

    expect(answers.filter((each) => each === 'a')).toHaveLength(3);
    expect(answers.filter((each) => each === 'b')).toHaveLength(3);
  });

  it('a request follows the longest matching path, and is refused without one', async () => {
    service('shop');
    service('api');
    await pod('shop-1', says('shop'));
    await pod('api-1', says('api'), { app: 'api' });
    const url = await host('shop.test', { '/shop': 'shop', '/shop/api': 'api' });

    const [shop, api, none] = await Promise.all(['/shop/x', '/shop/api/x?q=1', '/'].map((path) => fetch(url + path)));

    expect(await shop?.text()).toBe('shop');
    expect(await api?.text()).toBe('api');
    expect(none?.status).toBe(404);
  });

  it('a request reaches the pod whole, with its host and the address of its client', async () => {
    service();
    let seen: IncomingHttpHeaders = {};
    await pod('a', (request, response) => {
      seen = request.headers;
      response.writeHead(201, { 'x-own': 'yes', 'set-cookie': ['a=1', 'b=2'] });
      request.pipe(response);
    });
    const url = await host('shop.test');

    const body = 'x'.repeat(300_000);
    const answer = await fetch(`${url}/path?q=1`, { method: 'POST', body, headers: { 'x-mine': '1' } });

    expect(answer.status).toBe(201);
    expect(await answer.text()).toBe(body);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(seen).toMatchObject({
      host: 'shop.test',
      'x-mine': '1',
      'x-forwarded-host': url.replace('http://', ''),
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
    });
  });

  it('a response is streamed as the pod sends it', async () => {
    service();
    let go: (() => void) | undefined;
    await pod('a', (_request, response) => {
      response.write('first');
      go = () => response.end('second');
    });
    const url = await host('shop.test');

    const reader = (await fetch(url)).body?.getReader();
    const first = await reader?.read();
    go?.();
    const second = await reader?.read();

    expect([first, second].map((part) => Buffer.from(part?.value ?? []).toString())).toEqual(['first', 'second']);
  });

  it.each(['GET', 'POST'])('a %s request tries the next pod when the first cannot be reached', async (method) => {
    service();
    await pod('a', says('a'));
    await pod('b', says('b'));
    made.addresses.set('a', { host: '127.0.0.1', port: 1 });
    const url = await host('shop.test');

    const answers = await Promise.all([1, 2, 3, 4].map(async () => (await fetch(url, { method })).text()));

    expect(answers).toEqual(['b', 'b', 'b', 'b']);
  });

  it('a request is retried when a pod breaks off before its response, unless it may change something', async () => {
    service();
    let asked = 0;
    await pod('a', (request) => {
      asked += 1;
      request.socket.destroy();
    });
    await pod('b', says('b'));
    const url = await host('shop.test');

    const got = await Promise.all([1, 2, 3, 4].map(async () => (await fetch(url)).status));
    const posted = await Promise.all(
      [1, 2, 3, 4].map(async () => (await fetch(url, { method: 'POST', body: 'x' })).status),
    );

    expect(got).toEqual([200, 200, 200, 200]);
    expect(posted.toSorted((a, b) => a - b)).toEqual([200, 200, 502, 502]);
    expect(asked).toBe(4);
  });

  it.each([
    ['there is no service', async () => undefined, 503, 'No pod of shop.test is ready.'],
    ['there is no pod', async () => service(), 503, 'No pod of shop.test is ready.'],
    [
      'no pod can be reached',
      async () => {
        service();
        await pod('a', says('a'));
        made.addresses.set('a', { host: '127.0.0.1', port: 1 });
      },
      503,
      'No pod of shop.test can be reached: connect ECONNREFUSED 127.0.0.1:1.',
    ],
    [
      'the pod breaks off',
      async () => {
        service();
        await pod('a', (request) => request.socket.destroy());
      },
      502,
      'Pod a broke off: socket hang up.',
    ],
  ])('a request when %s gets a page in plain words', async (_what, prepare, status, words) => {
    await prepare();
    const url = await host('shop.test');

    const answer = await fetch(url);

    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.text()).toContain(words);
  });
});

describe('hosts', () => {
  it('a host is served while its Ingress exists, on a port that it keeps', async () => {
    service();
    await pod('a', says('a'));
    const one = await host('one.test');
    const two = await host('two.test', { '/': 'shop', '/more': 'shop' });
    await host('one.test', { '/else': 'shop' });

    expect(two).not.toBe(one);
    await expect.poll(() => ingress.routes.map(({ url }) => url)).toEqual([`${two}/more`, `${one}/else`, `${two}/`]);
    expect(ingress.routes[2]).toEqual({ host: 'two.test', path: '/', service: 'web/shop', url: `${two}/` });

    made.remove('Ingress', 'one.test');
    await expect.poll(() => fetch(one).then(String, () => 'nobody')).toBe('nobody');
    expect((await fetch(two)).status).toBe(200);
  });

  it('hosts get consecutive ports, and any other where one is taken', async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const own = await startIngress({ cluster: made.cluster, firstPort: port });

    await host('one.test');
    await expect.poll(() => own.routes.length).toBe(1);

    expect(own.routes[0]?.url).toMatch(/^http:\/\/localhost:\d+\/$/);
    expect(own.routes[0]?.url).not.toContain(`:${port}/`);
    await own.stop();
    taken.close();
  });

  it('an ingress that stops serves no host', async () => {
    service();
    await pod('a', says('a'));
    const url = await host('shop.test');
    expect((await fetch(url)).status).toBe(200);

    await ingress.stop();
    made.put('Ingress', 'late.test', { spec: { rules: [{ host: 'late.test' }] } });

    await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect(ingress.routes).toEqual([]);
  });
});

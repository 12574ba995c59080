import type { OpenAPIHono } from '@hono/zod-openapi';
import { connectQuick } from '@keelson/redis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { Access, Role } from '../auth/access.ts';
import { sha256Of } from '../auth/secrets.ts';
import type { ApiEnv } from '../deps.ts';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { startFixture } from '../testing/api-fixture.ts';
import { digestB, digestC, newRollout, workloadRecord } from '../testing/records.ts';
import { rollOut } from '../testing/roll-out.ts';
import { readSse } from '../testing/sse.ts';

const mine = 'mine/deployment/web';
const theirs = 'victim-ns/deployment/victim-web';
const stopped = '5 workloads failed in victim-ns.';

let fixture: ApiFixture;
let ofMine: string;
let ofTheirs: string;
beforeAll(async () => {
  fixture = await startFixture();
  const { history } = fixture;
  for (const [id, image] of [
    [mine, 'registry.example.com/team/app:main'],
    [theirs, 'registry.example.com/victim-repository:victim-tag'],
  ] as const) {
    await history.putWorkload(workloadRecord(id, image));
    await history.hold(id, { code: 'paused', message: `Paused: ${id}.`, at: 1 });
    await history.putCheck(id, { at: 2, code: 'stopped', message: stopped, observed: [] });
  }
  ofMine = (await rollOut(history, { ...newRollout(mine, digestB), kind: 'rollback' }, 'failed')).id;
  ofTheirs = (await rollOut(history, { ...newRollout(theirs, digestC), kind: 'rollback' }, 'failed')).id;
  const raw = connectQuick(fixture.redis.url);
  await raw.hset('{test}:h:stop', 'message', stopped, 'at', '3');
  await raw.hset('{test}:h:stops', 'victim-ns', `4 ${stopped}`);
  await raw.xadd(
    '{test}:h:events',
    '*',
    't',
    'namespace',
    'a',
    '4',
    'w',
    'victim-ns',
    'r',
    '',
    'n',
    'stopped',
    'm',
    stopped,
  );
  await raw.xadd('{test}:h:events', '*', 't', 'cluster', 'a', '3', 'w', '', 'r', '', 'n', 'stopped', 'm', stopped);
  raw.disconnect();
});
afterAll(() => fixture.stop());

function tokenOf(role: Role, namespaces?: readonly string[]) {
  const may = new Set<Role>(role === 'act' ? ['read', 'act'] : [role]);
  const value: Access = { name: `the-${role}`, may, ...(namespaces && { namespaces: new Set(namespaces) }) };
  return { sha256: sha256Of(role), value };
}

/** An API with one token of each role, named like it, for these namespaces. */
function apiFor(...namespaces: string[]): OpenAPIHono<ApiEnv> {
  const tokens = [tokenOf('read', namespaces), tokenOf('act', namespaces), tokenOf('notify', namespaces)];
  return fixture.api({ token: 'everything', tokens: () => tokens, loopback: false });
}

const as = (token: string, more: Record<string, string> = {}) => ({ Authorization: `Bearer ${token}`, ...more });

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        security: z.array(z.unknown()).optional(),
        parameters: z.array(z.object({ in: z.string(), name: z.string() })).default([]),
      }),
    ),
  ),
});

/** Every request that the OpenAPI document describes, with each of its parameters about the victim where it can be, and without. */
async function everyRequest(app: OpenAPIHono<ApiEnv>) {
  const { paths } = documentSchema.parse(await (await app.request('/openapi.json')).json());
  const known: Record<string, string> = { kind: 'deployment', name: 'victim-web', namespace: 'victim-ns' };
  const about: Record<string, string> = { ...known, id: ofTheirs, workload: theirs, cursor: '', limit: '1' };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { parameters }]) => {
      const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => about[name] ?? '');
      const queries = parameters.filter((one) => one.in === 'query' && about[one.name]);
      return ['', ...queries.map(({ name }) => `?${name}=${about[name]}`)].map((query) => ({
        method,
        url: url + query,
      }));
    }),
  );
}

/** The whole response, of a stream what it has soon. */
async function read(answer: Response): Promise<string> {
  const headers = JSON.stringify([...answer.headers].filter(([name]) => name !== 'x-request-id'));
  if (!answer.headers.get('Content-Type')?.startsWith('text/event-stream')) return headers + (await answer.text());
  const sse = readSse(answer.body);
  const frames: unknown[] = [await sse.next()];
  // The newest event comes to all: what is before it has come by then.
  for (let frame = await sse.nextEvent(); frame; frame = await sse.nextEvent()) {
    frames.push(frame);
    if (frame.event === 'cluster') break;
  }
  await sse.cancel();
  return headers + JSON.stringify(frames);
}

const push = JSON.stringify({
  events: [
    {
      action: 'push',
      target: { repository: 'victim-repository', tag: 'victim-tag' },
      request: { host: 'registry.example.com' },
    },
  ],
});

it.each(['read', 'act', 'notify'])(
  'a token bound to another namespace that may %s gets no byte of a victim from any route (law 17)',
  async (role) => {
    const app = apiFor('mine');
    const requests = await everyRequest(app);
    expect(requests.length).toBeGreaterThan(20);
    const before = await fixture.history.workload(theirs);

    for (const { method, url } of requests) {
      const body = url.startsWith('/webhooks') ? { body: push } : {};
      const headers = as(role, url.startsWith('/api/v1/events') ? { 'Last-Event-ID': '1-0' } : {});
      const answer = await app.request(url, { method: method.toUpperCase(), headers, ...body });
      const text = url.includes('/events?') ? '' : await read(answer);
      if (url.includes('/events?')) await answer.body?.cancel();

      // What the request names itself may be repeated.
      const said = text
        .replaceAll(theirs, '')
        .replaceAll(`rollout ${ofTheirs}`, '')
        .replaceAll(/[?]\w+=victim-\w+/g, '');
      expect(said, `${method} ${url}`).not.toMatch(new RegExp(`victim|cccccccc|${ofTheirs}|5 workloads`));
      expect(answer.status, `${method} ${url}`).toBeLessThan(500);
    }

    expect(await fixture.history.workload(theirs)).toEqual(before);
    expect(await fixture.history.stops()).toMatchObject([{ message: stopped }, { namespace: 'victim-ns' }]);
    expect(fixture.checks.filter(({ workload }) => workload === theirs)).toEqual([]);
    expect([...fixture.patched, ...fixture.removals]).toEqual([]);
  },
);

it.each([
  ['GET', `/api/v1/workloads/${theirs}`, '/api/v1/workloads/victim-ns/deployment/nobody'],
  ['GET', `/api/v1/workloads/${theirs}/history`, '/api/v1/workloads/victim-ns/deployment/nobody/history'],
  ['POST', `/api/v1/workloads/${theirs}/check`, '/api/v1/workloads/victim-ns/deployment/nobody/check'],
  ['GET', '/api/v1/rollouts/ROLLOUT', '/api/v1/rollouts/000000001'],
  ['GET', `/api/v1/rollouts?workload=${theirs}`, '/api/v1/rollouts?workload=victim-ns/deployment/nobody'],
  ['GET', '/api/v1/rollouts?namespace=victim-ns', '/api/v1/rollouts?namespace=nowhere'],
  ['GET', '/api/v1/workloads?namespace=victim-ns', '/api/v1/workloads?namespace=nowhere'],
])('%s %s of another namespace answers as if it did not exist (law 17)', async (method, there, nowhere) => {
  const app = apiFor('mine');
  const [one, other] = await Promise.all(
    [there.replace('ROLLOUT', ofTheirs), nowhere].map(async (url) => {
      const answer = await app.request(url, { method, headers: as('act', { 'X-Request-Id': 'same' }) });
      const headers = [...answer.headers].filter(([name]) => name !== 'etag');
      return { status: answer.status, headers, text: await answer.text() };
    }),
  );

  expect(one?.text.replaceAll(ofTheirs, '000000001').replaceAll(theirs, 'victim-ns/deployment/nobody')).toBe(
    other?.text,
  );
  expect(one).toMatchObject({ status: other?.status, headers: other?.headers });
});

it('a bound token has its own namespaces as an unbound one has them', async () => {
  const app = apiFor('mine', 'other');
  for (const url of [
    '/api/v1/workloads',
    '/api/v1/rollouts',
    `/api/v1/workloads/${mine}/history`,
    `/api/v1/rollouts/${ofMine}`,
  ]) {
    const bound = await (await app.request(url, { headers: as('read') })).text();
    const narrowed = url.endsWith('s') ? `${url}?namespace=mine` : url;
    const whole = await (await app.request(narrowed, { headers: as('everything') })).text();

    expect(bound.replaceAll(/All new rollouts are stopped[^"]*?resumes them\./g, stopped)).toBe(whole);
    expect(bound).toContain(mine);
  }
  const both = await (await apiFor('mine', 'victim-ns').request('/api/v1/rollouts', { headers: as('read') })).json();
  expect(both).toMatchObject({ items: [{ workload: theirs }, { workload: mine }] });
});

it('a bound token that may act does so in its namespaces only, and the log names it', async () => {
  const app = apiFor('mine');
  const post = (id: string, action: string) =>
    Promise.resolve(app.request(`/api/v1/workloads/${id}/${action}`, { method: 'POST', headers: as('act') }));

  const own = await Promise.all(['check', 'resume', 'pause'].map((action) => post(mine, action)));
  const others = await Promise.all(
    ['check', 'resume', 'pause', 'release', 'rollback', 'off'].map((action) => post(theirs, action)),
  );

  expect(own.map(({ status }) => status)).toEqual([202, 200, 200]);
  expect(new Set(others.map(({ status }) => status))).toEqual(new Set([404]));
  expect(fixture.log.text).toContain('"by":"the-act"');
});

it.each([
  ['read', 'POST', `/api/v1/workloads/${mine}/check`, 403],
  ['read', 'POST', `/api/v1/workloads/${theirs}/check`, 403],
  ['read', 'GET', '/metrics', 403],
  ['read', 'POST', '/webhooks/registry', 401],
  ['act', 'GET', '/metrics', 403],
  ['act', 'GET', '/api/v1/stop', 200],
  ['act', 'POST', '/api/v1/stop/resume', 403],
  ['read', 'POST', '/api/v1/stop/resume', 403],
  ['act', 'POST', '/webhooks/registry', 401],
  ['notify', 'GET', '/api/v1/workloads', 401],
  ['notify', 'GET', '/metrics', 401],
  ['notify', 'POST', '/webhooks/registry', 202],
])('a bound token that may %s sends %s %s: %i', async (role, method, url, status) => {
  const body = method === 'POST' && url.startsWith('/webhooks') ? { body: push } : {};
  const answer = await apiFor('mine').request(url, { method, headers: as(role), ...body });

  expect(answer.status).toBe(status);
});

it('a bound notification queues checks in its namespaces, by path where none of them uses the host (law 17)', async () => {
  const { history } = fixture;
  await history.putWorkload(workloadRecord('mine/deployment/copy', 'mirror.example.com/victim-repository:victim-tag'));
  const notify = (app: OpenAPIHono<ApiEnv>) =>
    Promise.resolve(app.request('/webhooks/registry', { method: 'POST', headers: as('notify'), body: push }));

  const answer = await notify(apiFor('mine'));

  expect(await answer.json()).toEqual({ checks: 1, events: 1, ignored: 0 });
  expect(fixture.checks.map(({ workload }) => workload)).toEqual(['mine/deployment/copy']);
  await notify(apiFor('victim-ns'));
  expect(fixture.checks.map(({ workload }) => workload)).toEqual([theirs]);
  await history.removeWorkload('mine/deployment/copy');
});

it('an event stream of a bound token has the events of its namespaces, and of a stop only that it is (law 17)', async () => {
  const { history } = fixture;
  const app = apiFor('mine');
  const sse = readSse((await app.request('/api/v1/events', { headers: as('read') })).body);
  await sse.next();
  await history.putWorkload(workloadRecord('victim-ns/deployment/victim-new'));
  await history.putWorkload(workloadRecord('mine/deployment/new'));

  expect((await sse.nextEvent())?.data).toContain('mine/deployment/new');
  await sse.cancel();
  for (const id of ['victim-ns/deployment/victim-new', 'mine/deployment/new']) await history.removeWorkload(id);
});

it('a bound token that may act resumes the stop of its own namespace, and of no other (law 17)', async () => {
  const raw = connectQuick(fixture.redis.url);
  await raw.hset('{test}:h:stops', 'mine', '5 Five failed here.');
  raw.disconnect();
  const app = apiFor('mine');
  const resume = async (namespace: string) => {
    const body = JSON.stringify({ namespace });
    return app.request('/api/v1/stop/resume', { method: 'POST', headers: as('act'), body });
  };
  const own = [{ namespace: 'mine', message: 'Five failed here.', at: '1970-01-01T00:00:00.005Z' }];
  expect(await (await app.request('/api/v1/stop', { headers: as('read') })).json()).toMatchObject({ namespaces: own });

  expect((await resume('victim-ns')).status).toBe(403);
  expect(await (await resume('mine')).json()).toEqual({ namespaces: own, checks: 1 });
  expect(fixture.checks.splice(0).map(({ workload }) => workload)).toEqual([mine]);
  expect((await fixture.history.stops()).map(({ namespace }) => namespace)).toEqual([undefined, 'victim-ns']);
});

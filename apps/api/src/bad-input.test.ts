import { afterAll, beforeAll, expect, it } from 'vitest';
import { problemSchema } from './schemas/common.ts';
import type { ApiFixture } from './testing/api-fixture.ts';
import { startFixture } from './testing/api-fixture.ts';
import { workloadRecord } from './testing/records.ts';

let fixture: ApiFixture;
beforeAll(async () => {
  fixture = await startFixture();
  await fixture.history.putWorkload(workloadRecord('myapp/deployment/myapp'));
});
afterAll(() => fixture.stop());

const long = 'x'.repeat(10_000);

type Case = readonly [method: string, path: string, status: number, code: string, names?: readonly string[]];

const cases: readonly Case[] = [
  ['GET', '/nothing', 404, 'route-not-found'],
  ['GET', '/api/v2/workloads', 404, 'route-not-found'],
  ['GET', '/api/v1/workloads/', 404, 'route-not-found'],
  ['GET', '/api/v1/workloads/a/b', 404, 'route-not-found'],
  ['GET', '//api/v1/workloads', 404, 'route-not-found'],
  ['GET', '/%', 404, 'route-not-found'],
  ['GET', '/%c0%ae%c0%ae/etc/passwd', 404, 'route-not-found'],
  ['POST', '/api/v1/workloads', 405, 'method-not-allowed'],
  ['DELETE', '/api/v1/rollouts/abc', 405, 'method-not-allowed'],
  ['PUT', '/api/v1/workloads/myapp/deployment/myapp/check', 405, 'method-not-allowed'],
  ['GET', '/api/v1/workloads/myapp/deployment/myapp/check', 405, 'method-not-allowed'],
  ['GET', '/api/v1/workloads/myapp/deployment/myapp/rollback', 405, 'method-not-allowed'],
  ['DELETE', '/api/v1/workloads/myapp/deployment/myapp/pause', 405, 'method-not-allowed'],
  ['POST', '/api/v1/stop', 405, 'method-not-allowed'],
  ['GET', '/api/v1/stop/resume', 405, 'method-not-allowed'],
  ['GET', '/webhooks/registry', 405, 'method-not-allowed'],
  ['OPTIONS', '/api/v1/rollouts', 405, 'method-not-allowed'],
  ['BREW', '/healthz', 405, 'method-not-allowed'],
  ['GET', '/api/v1/workloads?namespace=Not_One', 400, 'invalid-parameters', ['namespace']],
  ['GET', '/api/v1/workloads?namespace=', 400, 'invalid-parameters', ['namespace']],
  ['GET', '/api/v1/workloads?namspace=a', 400, 'invalid-parameters', ['namspace']],
  ['GET', '/api/v1/workloads?namespace=a&namespace=b', 400, 'invalid-parameters', ['namespace']],
  ['GET', '/api/v1/workloads?limit=0', 400, 'invalid-parameters', ['limit']],
  ['GET', '/api/v1/workloads?limit=5001', 400, 'invalid-parameters', ['limit']],
  ['GET', '/api/v1/workloads?limit=many', 400, 'invalid-parameters', ['limit']],
  ['GET', '/api/v1/workloads?cursor=nonsense', 400, 'invalid-parameters', ['cursor']],
  ['GET', `/api/v1/workloads?cursor=a/b/${long}`, 400, 'invalid-parameters', ['cursor']],
  ['GET', '/api/v1/workloads/A_B/deployment/myapp', 400, 'invalid-parameters', ['namespace']],
  ['GET', '/api/v1/workloads/myapp/pod/myapp', 400, 'invalid-parameters', ['kind']],
  ['GET', '/api/v1/workloads/myapp/deployment/..', 404, 'route-not-found'],
  ['GET', '/api/v1/workloads/myapp/deployment/%2e%2e%2f', 400, 'invalid-parameters', ['name']],
  ['GET', '/api/v1/workloads/myapp/deployment/%00', 400, 'invalid-parameters', ['name']],
  ['GET', '/api/v1/workloads/myapp/deployment/%E0%A4%A', 400, 'invalid-parameters', ['name']],
  ['GET', `/api/v1/workloads/myapp/deployment/${long}`, 400, 'invalid-parameters', ['name']],
  ['POST', '/api/v1/workloads/my%20app/x/-/check', 400, 'invalid-parameters', ['namespace', 'kind', 'name']],
  ['GET', '/api/v1/workloads/myapp/deployment/nobody', 404, 'workload-not-found'],
  ['POST', '/api/v1/workloads/myapp/pod/myapp/rollback', 400, 'invalid-parameters', ['kind']],
  ['POST', '/api/v1/workloads/myapp/deployment/nobody/release', 404, 'workload-not-found'],
  ['GET', '/api/v1/workloads/__proto__/deployment/constructor', 400, 'invalid-parameters', ['namespace']],
  ['GET', '/api/v1/workloads/myapp/deployment/myapp/history?limit=0', 400, 'invalid-parameters', ['limit']],
  [
    'GET',
    '/api/v1/workloads/myapp/deployment/myapp/history?workload=a/deployment/b',
    400,
    'invalid-parameters',
    ['workload'],
  ],
  ['GET', '/api/v1/rollouts?limit=0', 400, 'invalid-parameters', ['limit']],
  ['GET', '/api/v1/rollouts?limit=501', 400, 'invalid-parameters', ['limit']],
  ['GET', '/api/v1/rollouts?limit=-1', 400, 'invalid-parameters', ['limit']],
  ['GET', '/api/v1/rollouts?limit=1e2', 400, 'invalid-parameters', ['limit']],
  ['GET', '/api/v1/rollouts?limit=NaN', 400, 'invalid-parameters', ['limit']],
  ['GET', '/api/v1/rollouts?limit=', 400, 'invalid-parameters', ['limit']],
  ['GET', '/api/v1/rollouts?state=done', 400, 'invalid-parameters', ['state']],
  ['GET', '/api/v1/rollouts?since=yesterday', 400, 'invalid-parameters', ['since']],
  ['GET', '/api/v1/rollouts?since=2026-13-45T00:00:00Z', 400, 'invalid-parameters', ['since']],
  ['GET', '/api/v1/rollouts?since=9999999999999999999', 400, 'invalid-parameters', ['since']],
  ['GET', '/api/v1/rollouts?until=-1', 400, 'invalid-parameters', ['until']],
  ['GET', '/api/v1/rollouts?workload=myapp', 400, 'invalid-parameters', ['workload']],
  ['GET', '/api/v1/rollouts?workload=../../..', 400, 'invalid-parameters', ['workload']],
  ['GET', `/api/v1/rollouts?cursor=${long}`, 400, 'invalid-parameters', ['cursor']],
  ['GET', '/api/v1/rollouts?cursor=nonsense!', 400, 'invalid-parameters'],
  ['GET', '/api/v1/rollouts?cursor=%00%0d%0a', 400, 'invalid-parameters'],
  ['GET', '/api/v1/rollouts?limit=0&state=x&since=x', 400, 'invalid-parameters', ['state', 'since', 'limit']],
  ['GET', `/api/v1/rollouts/${long}`, 400, 'invalid-parameters', ['id']],
  ['GET', '/api/v1/rollouts/a%20b', 400, 'invalid-parameters', ['id']],
  ['GET', '/api/v1/rollouts/%2a', 400, 'invalid-parameters', ['id']],
  ['GET', '/api/v1/rollouts/000000000', 404, 'rollout-not-found'],
  ['GET', '/api/v1/rollouts/never-was', 404, 'rollout-not-found'],
  ['GET', '/api/v1/events?workload=x', 400, 'invalid-parameters', ['workload']],
  ['GET', '/api/v1/events?since=1', 400, 'invalid-parameters', ['since']],
];

it.each(cases.map((row) => [`${row[0]} ${row[1].slice(0, 80)}: ${row[2]} ${row[3]}`, row] as const))(
  '%s',
  async (_, row) => {
    const [method, path, status, code, names] = row;
    const answer = await fixture.api().request(path, { method });

    expect(answer.status).toBe(status);
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
    const problem = problemSchema.parse(await answer.json());
    expect(problem).toMatchObject({ code, status, instance: answer.headers.get('X-Request-Id') });
    expect(problem.invalid?.map(({ name }) => name)).toEqual(names);
    expect(answer.headers.has('Allow')).toBe(status === 405);
  },
);

it.each([
  ['an id of another stream', { 'Last-Event-ID': 'abc' }],
  ['an id with a command in it', { 'Last-Event-ID': '1-0 FLUSHALL' }],
  ['an overlong id', { 'Last-Event-ID': '9'.repeat(400) }],
])('GET /api/v1/events with %s answers 400', async (_, headers) => {
  const answer = await fixture.api().request('/api/v1/events', { headers });

  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ invalid: [{ in: 'header', name: 'last-event-id' }] });
});

it.each(['', '{', '[]', 'null', '"events"', '{"events":7}', '{"events":[7]}', '\u0000', '['.repeat(50)])(
  'POST /webhooks/registry with %j answers 400',
  async (body) => {
    const answer = await fixture.api().request('/webhooks/registry', { method: 'POST', body });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'malformed-notification' });
    expect(fixture.checks).toEqual([]);
  },
);

it('a route without a body refuses one over 64 KiB', async () => {
  const path = '/api/v1/workloads/myapp/deployment/myapp/check';
  const answer = await fixture.api().request(path, { method: 'POST', body: ' '.repeat(64 * 1024 + 1) });

  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ code: 'body-too-large' });
  expect(fixture.checks).toEqual([]);
});

it('the API keeps a valid request id, and replaces an invalid one', async () => {
  const app = fixture.api();
  const given = await app.request('/nothing', { headers: { 'X-Request-Id': 'build-42' } });
  const made = await app.request('/nothing', { headers: { 'X-Request-Id': 'a b\tc' } });

  expect(await given.json()).toMatchObject({ instance: 'build-42' });
  expect(made.headers.get('X-Request-Id')).toMatch(/^[0-9a-f-]{36}$/);
});

it('an internal error shows nothing of its cause', async () => {
  const history = {
    ...fixture.history,
    workloadPage: () => Promise.reject(new TypeError('secret detail at /src/file.ts')),
  };
  const answer = await fixture.api({ history }).request('/api/v1/workloads');

  expect(answer.status).toBe(500);
  const text = await answer.text();
  expect(text).not.toContain('secret detail');
  expect(text).not.toContain('.ts');
  expect(fixture.log.text).toContain('secret detail');
});

import type { OpenAPIHono } from '@hono/zod-openapi';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiEnv } from '../deps.ts';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { startFixture } from '../testing/api-fixture.ts';
import notifications from '../testing/notifications.json' with { type: 'json' };
import { digestC, workloadRecord } from '../testing/records.ts';

let fixture: ApiFixture;

beforeAll(async () => {
  fixture = await startFixture();
  const { history } = fixture;
  await history.putWorkload(workloadRecord('a/deployment/release', 'registry.git.erxes.io/foo/bar:1.6.1'));
  await history.putWorkload(workloadRecord('a/deployment/latest', 'registry.git.erxes.io/foo/bar:latest'));
  await history.putWorkload(workloadRecord('b/deployment/inside', 'registry.infra.svc:5000/team/app:main'));
  await history.putWorkload(workloadRecord('b/deployment/hub', 'docker.io/library/nginx:1.29'));
});
afterAll(() => fixture.stop());

const event = (host: string | undefined, repository: string, tag?: string, more: object = {}) => ({
  action: 'push',
  target: { repository, ...(tag !== undefined && { tag }), ...more },
  ...(host !== undefined && { request: { host } }),
});

function post(app: OpenAPIHono<ApiEnv>, body: unknown, headers: Record<string, string> = {}) {
  const contentType = 'application/vnd.docker.distribution.events.v2+json';
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return app.request('/webhooks/registry', {
    method: 'POST',
    body: text,
    headers: { 'Content-Type': contentType, ...headers },
  });
}

const checked = () => fixture.checks.map(({ workload }) => workload).sort();

describe('POST /webhooks/registry', () => {
  it('a notification queues a check of the workloads that follow the image, from its receipt on', async () => {
    const answer = await post(fixture.api(), notifications.registry2);

    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ checks: 1, events: 1, ignored: 0 });
    expect(fixture.checks).toEqual([
      { workload: 'a/deployment/release', trigger: 'webhook', notBefore: fixture.clock.now },
    ]);
  });

  it.each(['application/vnd.docker.distribution.events.v2+json', 'application/json'])(
    'a notification as %s counts where one of its events is null',
    async (contentType) => {
      const events = [null, event('registry.git.erxes.io', 'foo/bar', '1.6.1')];

      const answer = await post(fixture.api(), { events }, { 'Content-Type': contentType });

      expect(await answer.json()).toEqual({ checks: 1, events: 2, ignored: 1 });
    },
  );

  it.each([
    [
      'without a tag: everyone who follows the repository',
      event('registry.git.erxes.io', 'foo/bar'),
      ['a/deployment/latest', 'a/deployment/release'],
    ],
    ['with a tag that nobody follows', event('registry.git.erxes.io', 'foo/bar', 'dev'), []],
    ['by another name of the registry', event('gitlab.example.com', 'team/app', 'main'), ['b/deployment/inside']],
    ['by another name, another tag', event('gitlab.example.com', 'team/app', 'dev'), []],
    ['without a host', event(undefined, 'team/app', 'main'), ['b/deployment/inside']],
    ['with a host that is nonsense', event('not a host/', 'team/app', 'main'), ['b/deployment/inside']],
    ["by one of Docker Hub's names", event('index.docker.io', 'library/nginx', '1.29'), ['b/deployment/hub']],
    ['of a repository that nobody follows', event('registry.git.erxes.io', 'foo', '1.6.1'), []],
    ['of a repository whose name ends like one', event('h', 'bar', '1.6.1'), []],
    ['of an object property', event('h', '__proto__', 'constructor'), []],
  ])('a push %s queues the right checks', async (_, pushed, expected) => {
    const answer = await post(fixture.api(), { events: [pushed] });

    expect(answer.status).toBe(202);
    expect(checked()).toEqual(expected);
  });

  it('a push to a known name with another tag queues no check by path', async () => {
    const { history } = fixture;
    await history.putWorkload(workloadRecord('c/deployment/mirror', 'mirror.example.com/foo/bar:dev'));

    await post(fixture.api(), { events: [event('registry.git.erxes.io', 'foo/bar', 'dev')] });

    expect(checked()).toEqual([]);
    await history.removeWorkload('c/deployment/mirror');
  });

  it('a push to an image of a new workload queues its check', async () => {
    const { history } = fixture;
    const app = fixture.api();
    const pushed = { events: [event('gitlab.example.com', 'team/fresh', 'main')] };
    expect(await (await post(app, pushed)).json()).toMatchObject({ checks: 0 });
    await history.putWorkload(workloadRecord('d/deployment/fresh', 'registry.infra.svc:5000/team/fresh:main'));

    expect(await (await post(app, pushed)).json()).toMatchObject({ checks: 1 });
    expect(checked()).toEqual(['d/deployment/fresh']);
    await history.removeWorkload('d/deployment/fresh');
    expect(await (await post(app, pushed)).json()).toMatchObject({ checks: 0 });
  });

  it('several events for one workload queue one check', async () => {
    const events = Array.from({ length: 500 }, (_, n) =>
      event('registry.git.erxes.io', 'foo/bar', n % 2 ? 'latest' : undefined),
    );
    const answer = await post(fixture.api(), { events });

    expect(await answer.json()).toEqual({ checks: 2, events: 500, ignored: 0 });
    expect(checked()).toEqual(['a/deployment/latest', 'a/deployment/release']);
  });

  it('pulls, deletes and blobs queue no check', async () => {
    const answer = await post(fixture.api(), notifications.pullAndBlobAndDelete);

    expect(await answer.json()).toEqual({ checks: 0, events: 3, ignored: 3 });
    expect(fixture.checks).toEqual([]);
  });

  it.each(['text/plain', 'application/json', 'application/octet-stream', ''])(
    'a notification is read as JSON under Content-Type %j',
    async (type) => {
      const answer = await post(fixture.api(), notifications.registry2, { 'Content-Type': type });

      expect(answer.status).toBe(202);
      expect(fixture.checks).toHaveLength(1);
    },
  );

  it('webhook metrics count events by outcome, with fixed labels', async () => {
    const metrics = new Registry();
    const app = fixture.api({ metrics });
    await post(app, { events: [event('h', 'some/thing', 'x'), ...notifications.registry2.events] });

    const text = await (await app.request('/metrics')).text();
    expect(text).toContain('keelson_webhook_events_total{outcome="followed"} 1');
    expect(text).toContain('keelson_webhook_events_total{outcome="unfollowed"} 1');
    expect(text).toContain('keelson_webhook_checks_total 1');
    expect(text).not.toContain('some/thing');
  });

  it('a flood of notifications is refused with 429 and Retry-After', async () => {
    const app = fixture.api();
    const statuses = [];
    for (let n = 0; n < 101; n += 1) statuses.push((await post(app, { events: [] })).status);

    expect(new Set(statuses.slice(0, 100))).toEqual(new Set([202]));
    const refused = await post(app, { events: [] });
    expect(statuses[100]).toBe(429);
    expect(refused.headers.get('Retry-After')).toBe('1');
    fixture.clock.now += 1_000;
    expect((await post(app, { events: [] })).status).toBe(202);
  });

  it('a notification over 1 MiB is refused', async () => {
    expect((await post(fixture.api(), ' '.repeat(1024 * 1024 + 1))).status).toBe(413);
    expect(fixture.checks).toEqual([]);
  });
});

describe('law 2: a notification is a hint', () => {
  it('a forged notification costs a check and nothing more (law 2)', async () => {
    const before = await fixture.history.workloads();
    const forged = event('registry.git.erxes.io', 'foo/bar', '1.6.1', {
      digest: digestC,
      url: `https://evil.example.com/v2/foo/bar/manifests/${digestC}`,
      mediaType: 'application/vnd.oci.image.index.v1+json',
    });

    const answer = await post(fixture.api(), { events: [forged] });

    // All that leaves the API is this: no digest, no tag, no address.
    expect(fixture.checks).toEqual([
      { workload: 'a/deployment/release', trigger: 'webhook', notBefore: fixture.clock.now },
    ]);
    expect(await answer.text()).not.toContain('cccc');
    expect(await fixture.history.workloads()).toEqual(before);
    expect((await fixture.history.rollouts({})).items).toEqual([]);
    expect(fixture.log.text).not.toContain('evil.example.com');
  });
});

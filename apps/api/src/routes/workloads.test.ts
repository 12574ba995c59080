import { connectQuick } from '@keelson/redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkAcceptedSchema, workloadDetailSchema, workloadPageSchema } from '../schemas/workload.ts';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { startFixture } from '../testing/api-fixture.ts';
import { beginNew } from '../testing/begin-new.ts';
import { digestA, digestB, newRollout, repository, workloadRecord } from '../testing/records.ts';
import { rollOut } from '../testing/roll-out.ts';

let fixture: ApiFixture;

beforeAll(async () => {
  fixture = await startFixture();
  const { history } = fixture;
  await history.putWorkload(workloadRecord('myapp/deployment/myapp'));
  await history.putWorkload({
    ...workloadRecord('myapp/deployment/myapp-staging', `${repository}:dev-staging`),
    warnings: [
      { code: 'unknown-annotation', key: 'keel.sh/polcy', message: 'keel.sh/polcy is not known: keel.sh/policy?' },
    ],
  });
  await history.putWorkload(workloadRecord('other/cronjob/nightly'));
  await history.adopt('myapp/deployment/myapp', [
    { container: 'myapp', image: repository, tag: 'latest', digest: digestA },
  ]);
  await history.putCheck('myapp/deployment/myapp', {
    at: 1_795_162_530_250,
    nextAt: 1_795_162_590_250,
    code: 'up-to-date',
    message: 'latest is aaaaaaaaaaaa, which runs.',
    observed: [{ container: 'myapp', digest: digestA }],
  });
  await history.putCheck('other/cronjob/nightly', {
    at: 1_795_162_530_250,
    code: 'registry-error',
    message: 'The registry does not answer.',
    error: { code: 'unavailable', message: 'registry.gitlab.com does not answer.' },
    observed: [],
  });
});
afterAll(() => fixture.stop());

describe('GET /api/v1/workloads', () => {
  it('the list of workloads has every workload by id with its state', async () => {
    const answer = await fixture.api().request('/api/v1/workloads');

    expect(answer.status).toBe(200);
    const { items } = workloadPageSchema.parse(await answer.json());
    expect(items.map(({ id }) => id)).toEqual([
      'myapp/deployment/myapp',
      'myapp/deployment/myapp-staging',
      'other/cronjob/nightly',
    ]);
    expect(items[0]).toMatchObject({
      namespace: 'myapp',
      kind: 'deployment',
      name: 'myapp',
      policy: 'force',
      schedule: 'every 1m',
      owner: 'none',
      writePath: 'image-pin',
      check: { at: '2026-11-20T08:15:30.250Z', nextAt: '2026-11-20T08:16:30.250Z', code: 'up-to-date' },
      why: 'latest is aaaaaaaaaaaa, which runs.',
      quarantine: [],
      warnings: [],
    });
    expect(items[0]?.containers).toEqual([
      {
        name: 'myapp',
        image: `${repository}:latest`,
        repository,
        tag: 'latest',
        rolledOut: digestA,
        lastGood: digestA,
        lastGoodProven: false,
        observed: digestA,
      },
    ]);
    expect(items[1]?.warnings).toHaveLength(1);
    for (const unknown of ['check', 'why', 'hold', 'reverted']) expect(items[1]).not.toHaveProperty(unknown);
    expect(items[2]?.check?.error).toEqual({ code: 'unavailable', message: 'registry.gitlab.com does not answer.' });
  });

  it.each([
    ['myapp', 2],
    ['other', 1],
    ['nobody', 0],
  ])('the list of workloads in the namespace %s has its workloads only', async (namespace, count) => {
    const answer = await fixture.api().request(`/api/v1/workloads?namespace=${namespace}`);

    expect(workloadPageSchema.parse(await answer.json()).items).toHaveLength(count);
  });

  it('the Link header leads through all workloads of a namespace', async () => {
    const { history } = fixture;
    const ids = Array.from({ length: 7 }, (_, n) => `paged/deployment/w${n}`);
    for (const id of ids) await history.putWorkload(workloadRecord(id));
    const app = fixture.api();
    const pages: string[][] = [];
    let path: string | undefined = '/api/v1/workloads?namespace=paged&limit=3';
    while (path) {
      const answer: Response = await app.request(path);
      const { items, next } = workloadPageSchema.parse(await answer.json());
      pages.push(items.map(({ id }) => id));
      path = /^<(.*)>; rel="next"$/.exec(answer.headers.get('Link') ?? '')?.[1];
      expect(path === undefined).toBe(next === undefined);
    }

    expect(pages).toEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
    for (const id of ids) await history.removeWorkload(id);
  });

  it('a page has 500 workloads unless limit says more', async () => {
    const { history } = fixture;
    const ids = Array.from({ length: 501 }, (_, n) => `full/deployment/w${n}`);
    await Promise.all(ids.map((id) => history.putWorkload(workloadRecord(id))));
    const app = fixture.api();
    const read = async (query: string) =>
      workloadPageSchema.parse(await (await app.request(`/api/v1/workloads?namespace=full${query}`)).json());

    const some = await read('');
    expect([some.items.length, some.next]).toEqual([500, some.items.at(-1)?.id]);
    const all = await read('&limit=5000');
    expect([all.items.length, all.next]).toEqual([501, undefined]);
    await Promise.all(ids.map((id) => history.removeWorkload(id)));
  });

  it('the list of workloads answers 304 while nothing changed, and 200 after a change', async () => {
    const app = fixture.api();
    const url = '/api/v1/workloads?namespace=other';
    const etag = (await app.request(url)).headers.get('ETag') ?? '';

    expect(etag).toMatch(/^W\/"/);
    expect((await app.request(url, { headers: { 'If-None-Match': etag } })).status).toBe(304);
    await fixture.history.putWorkload({ ...workloadRecord('other/cronjob/nightly'), schedule: 'every 5m' });
    expect((await app.request(url, { headers: { 'If-None-Match': etag } })).status).toBe(200);
  });

  it('a response is compressed for a client that accepts it', async () => {
    const answer = await fixture.api().request('/api/v1/workloads', { headers: { 'Accept-Encoding': 'gzip' } });

    expect(answer.headers.get('Content-Encoding')).toBe('gzip');
    const text = await new Response(answer.body?.pipeThrough(new DecompressionStream('gzip'))).text();
    expect(workloadPageSchema.parse(JSON.parse(text)).items).toHaveLength(3);
  });
});

describe('GET /api/v1/workloads/{namespace}/{kind}/{name}', () => {
  it.each(['deployment', 'Deployment'])('the path of a workload accepts the kind %s', async (kind) => {
    const answer = await fixture.api().request(`/api/v1/workloads/myapp/${kind}/myapp`);

    expect(workloadDetailSchema.parse(await answer.json()).id).toBe('myapp/deployment/myapp');
  });

  it('a workload has its newest rollout in full', async () => {
    const { history } = fixture;
    await history.putWorkload(workloadRecord('busy/deployment/app'));
    const rollout = await beginNew(history, newRollout('busy/deployment/app'));

    const answer = await fixture.api().request('/api/v1/workloads/busy/deployment/app');

    const detail = workloadDetailSchema.parse(await answer.json());
    expect(detail).toMatchObject({ active: rollout.id, latest: rollout.id });
    expect(detail.rollout).toMatchObject({ id: rollout.id, state: 'pending', changes: [{ to: { digest: digestB } }] });
    await history.removeWorkload('busy/deployment/app');
  });

  it('a workload has its hold, quarantine and reverted note, and a why without contradiction', async () => {
    const { history, clock } = fixture;
    const id = 'held/deployment/app';
    await history.putWorkload(workloadRecord(id));
    const { id: rollout } = await rollOut(history, newRollout(id), 'verifying');
    const observed = [{ container: 'myapp', digest: digestB }];
    const knew = { latest: rollout, active: rollout };
    await history.putCheck(id, {
      at: clock.now,
      code: 'rolling-out',
      message: 'It is being rolled out.',
      knew,
      observed,
    });
    const at = clock.now + 5_000;
    const message = 'Container myapp of pod myapp-1 keeps crashing.';
    const entry = {
      container: 'myapp',
      image: repository,
      tag: 'latest',
      digest: digestB,
      code: 'crash-loop',
      message,
    };
    const hold = { code: 'manual-rollback-required', message: 'Its rollback setting is hold: resume it.', at } as const;
    await history.transition(rollout, {
      from: ['verifying'],
      to: 'failed',
      code: 'crash-loop',
      message: message,
      consequences: { quarantine: [{ ...entry, at, rollout }], hold },
    });
    await history.noteReverted(id, 'kubectl-rollout', () => 0);

    const app = fixture.api();
    const detail = workloadDetailSchema.parse(
      await (await app.request('/api/v1/workloads/held/deployment/app')).json(),
    );
    const list = workloadPageSchema.parse(await (await app.request('/api/v1/workloads?namespace=held')).json());

    const time = new Date(at).toISOString();
    expect(detail).toMatchObject({
      hold: { ...hold, at: time },
      quarantine: [{ ...entry, at: time, rollout }],
      reverted: { manager: 'kubectl-rollout', times: 1 },
      check: {
        at: new Date(clock.now).toISOString(),
        code: 'rollout-failed',
        message: `Rollout ${rollout} to sha256:bbbbbbbbbbbb failed: ${message}`,
        overtakenAt: detail.rollout?.updatedAt,
      },
      why: `Its rollback setting is hold: resume it. sha256:bbbbbbbbbbbb is in quarantine: ${message} Rollout ${rollout} to sha256:bbbbbbbbbbbb failed.`,
    });
    expect(list.items).toMatchObject([
      { why: detail.why, check: detail.check, hold: detail.hold, quarantine: detail.quarantine },
    ]);
    await history.removeWorkload(id);
  });

  it('a workload says what its rollout did, in the list too, before the next check (law 16)', async () => {
    const { history } = fixture;
    const id = 'ended/deployment/app';
    await history.putWorkload({ ...workloadRecord(id), trigger: 'webhook' });
    const { id: rollout } = await rollOut(history, newRollout(id), 'pending');
    const knew = { latest: rollout, active: rollout };
    await history.putCheck(id, {
      at: 1,
      code: 'waiting-to-write',
      message: 'It is to be written.',
      knew,
      observed: [],
    });
    await history.transition(rollout, { from: ['pending'], to: 'verifying', code: 'written' });
    await history.transition(rollout, {
      from: ['verifying'],
      to: 'succeeded',
      code: 'available',
      message: 'It works.',
    });

    const app = fixture.api();
    const detail = workloadDetailSchema.parse(await (await app.request(`/api/v1/workloads/${id}`)).json());
    const list = workloadPageSchema.parse(await (await app.request('/api/v1/workloads?namespace=ended')).json());

    const why = `sha256:bbbbbbbbbbbb was rolled out by rollout ${rollout}. It works.`;
    expect(detail).toMatchObject({ why, check: { code: 'rolled-out', message: why } });
    expect(list.items).toMatchObject([{ why, check: detail.check }]);
    await history.removeWorkload(id);
  });

  it('lists and workloads name what cannot be read, and a user can end it', async () => {
    const { history, redis } = fixture;
    const [bad, good] = ['damaged/deployment/bad', 'damaged/deployment/good'];
    for (const id of [bad, good]) await history.putWorkload(workloadRecord(id));
    const { id: rollout } = await rollOut(history, newRollout(good));
    const raw = connectQuick(redis.url);
    await raw.hset(`{test}:h:workload:${bad}`, 'record', '{}');
    await raw.hset(`{test}:h:workload:${good}`, 'hold', '{}');
    await raw.hset('{test}:h:rollouts', rollout, '1snonsense');
    raw.disconnect();
    const app = fixture.api();
    const read = async (path: string) =>
      z
        .object({})
        .loose()
        .parse(await (await app.request(path)).json());

    expect(await read('/api/v1/workloads?namespace=damaged')).toMatchObject({
      items: [
        { id: good, unreadable: [{ part: 'hold' }], why: expect.stringMatching(/^The hold in Redis cannot be read/) },
      ],
      unreadable: [{ id: bad, message: expect.stringContaining(bad) }],
    });
    expect(await read('/api/v1/rollouts?namespace=damaged')).toMatchObject({
      items: [],
      unreadable: [{ id: rollout, message: expect.stringContaining(rollout) }],
    });
    expect(await read(`/api/v1/workloads/${bad}`)).toMatchObject({ status: 500, code: 'unreadable' });
    expect(await read(`/api/v1/rollouts/${rollout}`)).toMatchObject({ status: 500, code: 'unreadable' });
    await app.request(`/api/v1/workloads/${good}/resume`, { method: 'POST' });
    expect(await read(`/api/v1/workloads/${good}`)).not.toHaveProperty('unreadable');
    for (const id of [bad, good]) await history.removeWorkload(id);
  });

  it('an unknown workload answers 404 with what to do', async () => {
    const answer = await fixture.api().request('/api/v1/workloads/myapp/deployment/nobody');

    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      code: 'workload-not-found',
      detail: expect.stringContaining('myapp/deployment/nobody'),
    });
  });
});

describe('POST …/check', () => {
  it('check queues one check from now on', async () => {
    const app = fixture.api();
    const answer = await app.request('/api/v1/workloads/myapp/Deployment/myapp/check', { method: 'POST' });

    expect(answer.status).toBe(202);
    expect(checkAcceptedSchema.parse(await answer.json()).workload).toBe('myapp/deployment/myapp');
    expect(fixture.checks).toEqual([
      { workload: 'myapp/deployment/myapp', trigger: 'manual', notBefore: fixture.clock.now },
    ]);
  });

  it('check of an unknown workload queues nothing', async () => {
    const answer = await fixture.api().request('/api/v1/workloads/myapp/deployment/nobody/check', { method: 'POST' });

    expect(answer.status).toBe(404);
    expect(fixture.checks).toEqual([]);
  });

  it('check answers 503 while the queue is unavailable', async () => {
    const app = fixture.api({ requestCheck: () => Promise.reject(new Error('connect redis://:hunter2@10.0.0.1')) });
    const answer = await app.request('/api/v1/workloads/myapp/deployment/myapp/check', { method: 'POST' });

    expect(answer.status).toBe(503);
    expect(answer.headers.get('Retry-After')).toBe('5');
    expect(await answer.text()).not.toContain('hunter2');
  });
});

import { connectQuick } from '@keelson/redis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { workloadDetailSchema, workloadPageSchema } from '../schemas/workload.ts';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { startFixture } from '../testing/api-fixture.ts';
import { digestA, digestB, repository, workloadRecord } from '../testing/records.ts';

let fixture: ApiFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

it.each([
  ['hold', { code: 'paused', message: 'x', at: 9e15 }],
  ['quarantine', [{ container: 'a', image: 'b', digest: digestA, code: 'c', message: 'd', at: -1 }]],
  ['check', { at: 1, nextAt: 9e15, code: 'up-to-date', message: 'x', observed: [] }],
  ['reverted', { manager: 'm', times: 1, at: 9e15 }],
])('a %s with an impossible time is unreadable, and breaks no list (law 17)', async (part, value) => {
  const { history, redis } = fixture;
  const id = `late/deployment/${part}`;
  await history.putWorkload(workloadRecord(id));
  const raw = connectQuick(redis.url);
  await raw.hset(`{test}:h:workload:${id}`, part, JSON.stringify(value));
  raw.disconnect();

  const answer = await fixture.api().request('/api/v1/workloads');

  expect(answer.status).toBe(200);
  const { items } = workloadPageSchema.parse(await answer.json());
  expect(items.find((item) => item.id === id)).toMatchObject({ unreadable: [{ part }] });
  await history.removeWorkload(id);
});

it('what was restored from an annotation is shown as that (law 17)', async () => {
  const { history } = fixture;
  const id = 'restored/deployment/web';
  const about = { message: 'Its annotation keelson.sh/state says so.', at: 1, restored: true } as const;
  const entry = { container: 'myapp', image: repository, digest: digestB, code: 'crash-loop', ...about };
  await history.putWorkload(workloadRecord(id));
  await history.restore(id, { hold: { code: 'paused', ...about }, quarantine: [entry], digests: {} });

  const answer = await fixture.api().request(`/api/v1/workloads/${id}`);

  expect(workloadDetailSchema.parse(await answer.json())).toMatchObject({
    hold: { restored: true },
    quarantine: [{ restored: true }],
  });
  await history.removeWorkload(id);
});

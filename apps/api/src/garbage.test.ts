import { deflateRawSync } from 'node:zlib';
import { connectQuick } from '@keelson/redis';
import type { RedisServer } from '@keelson/redis/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { ApiFixture } from './testing/api-fixture.ts';
import { startFixture } from './testing/api-fixture.ts';
import { digestA, digestB, newRollout, packedRollout, workloadRecord } from './testing/records.ts';
import { rollOut } from './testing/roll-out.ts';
import { readSse } from './testing/sse.ts';

let fixture: ApiFixture;
let raw: ReturnType<typeof connectQuick>;
let rollout: string;
const good = 'good/deployment/web';

async function restart(redis: RedisServer): Promise<void> {
  await redis.flush();
  await fixture.history.putWorkload(workloadRecord(good));
  rollout = (await rollOut(fixture.history, newRollout(good))).id;
}

beforeAll(async () => {
  fixture = await startFixture();
  raw = connectQuick(fixture.redis.url);
  await restart(fixture.redis);
});
afterAll(async () => {
  raw.disconnect();
  await fixture.stop();
});

/** JSON texts that may be in the place of any value. */
const garbage = [
  '9e15',
  '-9e15',
  '1e308',
  '1.5',
  'null',
  'true',
  '""',
  '"\\ud800\\u0000\\u202e"',
  '"__proto__"',
  '[]',
  '{}',
  `"${'x'.repeat(100_000)}"`,
  '['.repeat(2_000) + ']'.repeat(2_000),
  'NaN',
  '',
];

const mark = '@@garbage@@';

/** A text of JSON for each value in it, with `mark` in its place, the whole included. */
function* marked(value: unknown): Generator {
  yield mark;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const broken of marked(inner)) {
      if (Array.isArray(value)) yield value.with(Number(key), broken);
      else yield { ...value, [key]: broken };
    }
  }
}

/** This JSON, broken in each of its values in every way. */
function brokenTexts(value: unknown): readonly string[] {
  return [...marked(value)].flatMap((one) =>
    garbage.map((text) => JSON.stringify(one).replaceAll(JSON.stringify(mark), text)),
  );
}

const record = {
  ...workloadRecord('bad/deployment/web'),
  warnings: [{ code: 'c', key: 'k', message: 'm' }],
  leftOwners: ['o'],
};
const check = {
  at: 1,
  nextAt: 2,
  code: 'stopped',
  message: 'm',
  error: { code: 'timeout', message: 'm' },
  observed: [{ container: 'myapp', digest: digestA }],
  knew: { latest: 'a', active: 'b', unproven: 'c' },
  unhealthy: 'u',
};
const entry = {
  container: 'myapp',
  image: 'i',
  tag: 't',
  digest: digestA,
  code: 'c',
  message: 'm',
  at: 1,
  rollout: 'r',
};
const digests = {
  image: 'registry.gitlab.com/cmunroe/ops/myapp',
  tag: 'latest',
  rolledOut: digestA,
  lastGood: digestB,
  proven: true,
  goodBefore: digestA,
  written: { uid: 'u', path: 'image-pin' },
};
const proof = {
  image: digests.image,
  digest: digestB,
  at: 1,
  seenAt: 1,
  failed: { since: 1, code: 'not-found', message: 'm' },
};

const ids = (text: string) => [text, '', 'zzzzzzzzz', '000000000', '../../x', 'x'.repeat(10_000)];

/** The fields of a workload's hash, and what may be in each. */
const fields: Readonly<Record<string, () => readonly string[]>> = {
  record: () => brokenTexts(record),
  check: () => brokenTexts(check),
  hold: () => brokenTexts({ code: 'paused', message: 'm', at: 1, startQuarantined: true }),
  reverted: () => brokenTexts({ manager: 'm', times: 1, at: 1, recent: [1], restoreAt: 2 }),
  quarantine: () => brokenTexts([entry]),
  'd:myapp': () => brokenTexts(digests),
  proofs: () => brokenTexts({ myapp: proof }),
  active: () => ids(rollout),
  unproven: () => ids(rollout),
  latest: () => ids(rollout),
};

const page = z.object({ items: z.array(z.object({ id: z.string() })), next: z.string().optional() });

/** Everything of a list. */
async function readAll(path: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let cursor = ''; ; ) {
    const answer = await fixture.api().request(`${path}?limit=500${cursor}`);
    const { items, next } = page.parse(await answer.json());
    found.push(...items.map(({ id }) => id));
    if (next === undefined) return found;
    cursor = `&cursor=${next}`;
  }
}

/** Every other GET, and what is known of one record: it is shown, does not exist, or cannot be read, which the answer says. */
async function readOthers(...paths: readonly string[]): Promise<void> {
  const app = fixture.api();
  for (const path of ['/', '/openapi.json', '/metrics', '/readyz', '/api/v1/stop']) {
    expect((await app.request(path)).status, `GET ${path}`).toBe(200);
  }
  for (const path of paths) {
    const answer = await app.request(path);
    const body = z.object({ code: z.unknown().optional() }).parse(await answer.json());
    const isSaid = answer.status === 200 || answer.status === 404 || body.code === 'unreadable';
    expect(isSaid, `${path}: ${answer.status} ${String(body.code)}`).toBe(true);
  }
}

it.each(Object.keys(fields))('no list breaks where the field %s of workloads has garbage (law 17)', async (field) => {
  await restart(fixture.redis);
  const texts = fields[field]?.() ?? [];
  const broken = texts.map((_, i) => `bad/deployment/w${i}`);
  const pipeline = raw.pipeline();
  for (const [i, text] of texts.entries()) {
    const id = broken[i] ?? '';
    const whole = {
      record: JSON.stringify(workloadRecord(id)),
      check: JSON.stringify(check),
      'd:myapp': JSON.stringify(digests),
    };
    pipeline.hset(`{test}:h:workload:${id}`, { ...whole, [field]: text });
    pipeline.zadd('{test}:h:workloads', 0, id);
  }
  await pipeline.exec();

  expect(await readAll('/api/v1/workloads')).toContain(good);
  const some = broken.filter((_, i) => i % 7 === 0);
  await readOthers(
    `/api/v1/workloads/${good}`,
    ...some.flatMap((id) => [`/api/v1/workloads/${id}`, `/api/v1/workloads/${id}/history`]),
  );
});

it('no list breaks where a record has another type in Redis (law 17)', async () => {
  await restart(fixture.redis);
  await raw.set('{test}:h:workload:bad/deployment/text', 'x');
  await raw.zadd('{test}:h:workloads', 0, 'bad/deployment/text', 0, 'bad', 0, '');

  expect(await readAll('/api/v1/workloads')).toEqual([good]);
  await readOthers('/api/v1/workloads/bad/deployment/text');
});

it('no list breaks where a rollout has garbage in a value (law 17)', async () => {
  await restart(fixture.redis);
  const first = Number.parseInt(rollout, 36);
  const texts = brokenTexts(packedRollout('good/deployment/web'));
  const pipeline = raw.pipeline();
  const broken = texts.map((text, i) => {
    const id = (first + 1 + i).toString(36).padStart(9, '0');
    pipeline.hset('{test}:h:rollouts', id, Buffer.concat([Buffer.from('1f'), deflateRawSync(text)]));
    pipeline.xadd('{test}:h:index', `${first + 1 + i}-0`, '', '');
    pipeline.zadd(`{test}:h:of:${good}`, 0, id);
    if (i % 5 === 0) pipeline.sadd('{test}:h:active', id);
    return id;
  });
  pipeline.hset('{test}:h:workload:good/deployment/web', 'latest', broken.at(-1) ?? '', 'active', broken[0] ?? '');
  await pipeline.exec();

  expect(await readAll('/api/v1/rollouts')).toContain(rollout);
  expect(await readAll(`/api/v1/workloads/${good}/history`)).toContain(rollout);
  expect(await readAll('/api/v1/workloads')).toEqual([good]);
  const some = broken.filter((_, i) => i % 7 === 0);
  await readOthers(`/api/v1/workloads/${good}`, ...some.map((id) => `/api/v1/rollouts/${id}`));
});

it('a stream goes on where events have garbage (law 17)', async () => {
  await restart(fixture.redis);
  const event = { t: 'workload', a: '1', w: good, r: 'r', n: 'changed', m: 'm' };
  for (const key of Object.keys(event)) {
    for (const text of garbage)
      await raw.xadd('{test}:h:events', '*', ...Object.entries({ ...event, [key]: text }).flat());
  }
  await raw.xadd('{test}:h:events', '*', 'x', 'y');
  await raw.xadd('{test}:h:events', '*', ...Object.entries({ ...event, n: 'the-last' }).flat());

  const sse = readSse((await fixture.api().request('/api/v1/events', { headers: { 'Last-Event-ID': '1-0' } })).body);
  let last = await sse.nextEvent();
  while (last && !last.data?.includes('the-last')) last = await sse.nextEvent();

  expect(last?.data).toContain('the-last');
  await sse.cancel();
});

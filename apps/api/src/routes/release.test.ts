import type { QuarantineEntry } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { describe, expect, it } from 'vitest';
import { releasedSchema } from '../schemas/actions.ts';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { eachWithWorkload, postTo } from '../testing/each-with-workload.ts';
import { digestA, digestB, newRollout, repository } from '../testing/records.ts';

const twinOfB: Digest = `sha256:${'b'.repeat(63)}0`;

let fixture: ApiFixture;
let id = '';
eachWithWorkload((...given) => {
  [fixture, id] = given;
});

const entry = (digest: Digest): QuarantineEntry => ({
  container: 'myapp',
  image: repository,
  tag: 'latest',
  digest,
  code: 'crash-loop',
  message: 'Container myapp keeps crashing.',
  at: 1_795_162_530_250,
  rollout: 'a6klagnhs',
});

const keep = (...digests: Digest[]) => fixture.history.restore(id, { quarantine: digests.map(entry), digests: {} });
const kept = async () => (await fixture.history.workload(id))?.quarantine.map(({ digest }) => digest);
const post = (body?: object) => postTo(fixture, `${id}/release`, body);

describe('POST …/release', () => {
  it.each([
    ['in full', digestB],
    ['shortly', 'bbbbbbb'],
    ['as people read it', 'sha256:bbbbbbbbbbbb'],
  ])('release removes one digest that is named %s, and queues a check', async (_, digest) => {
    await keep(digestA, digestB);
    expect(await fixture.history.begin(newRollout(id, digestB))).toMatchObject({ outcome: 'quarantined' });

    const answer = await post({ digest });

    expect(answer.status).toBe(200);
    expect(releasedSchema.parse(await answer.json())).toEqual({
      workload: id,
      message: '1 released. A check is queued.',
      released: [{ ...entry(digestB), at: '2026-11-20T08:15:30.250Z' }],
    });
    expect(await kept()).toEqual([digestA]);
    expect(fixture.checks).toEqual([{ workload: id, trigger: 'manual', notBefore: fixture.clock.now }]);
    expect(await fixture.history.begin(newRollout(id, digestB))).toMatchObject({ outcome: 'created' });
  });

  it('release without a digest removes all, and answers 200 without any', async () => {
    await keep(digestA, digestB);
    expect(releasedSchema.parse(await (await post()).json()).released).toHaveLength(2);
    const answer = await post();
    expect([answer.status, await answer.json()]).toMatchObject([200, { workload: id, released: [] }]);
  });

  it('release says that a hold keeps what was released from being rolled out (law 16)', async () => {
    await keep(digestB);
    await fixture.history.hold(id, { code: 'paused', message: 'A user paused it.', at: 1 });
    const { message } = releasedSchema.parse(await (await post()).json());
    expect(message).toMatch(
      /^1 released\. The workload stays on hold \(paused\), so nothing is rolled out yet: A user/,
    );
  });

  it.each([
    ['ccccccc', 404, 'not-in-quarantine', /there are sha256:bbbbbbbbbbbb, sha256:bbbbbbbbbbbb/],
    ['bbbbbbbb', 409, 'ambiguous-digest', /write more/],
    ['bbbbbb', 400, 'invalid-parameters', /digest in the body: must be a digest/],
    ['BBBBBBB', 400, 'invalid-parameters', /must be a digest/],
    ['latest', 400, 'invalid-parameters', /must be a digest/],
  ])('release of %s answers %i %s and releases nothing', async (digest, status, code, detail) => {
    await keep(digestB, twinOfB);
    const answer = await post({ digest });

    expect([answer.status, await answer.json()]).toMatchObject([
      status,
      { code, detail: expect.stringMatching(detail) },
    ]);
    expect(await kept()).toHaveLength(2);
    expect(fixture.checks).toEqual([]);
  });
});

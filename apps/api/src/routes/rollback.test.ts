import type { NewRollout } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../schemas/common.ts';
import { rolloutSchema } from '../schemas/rollout.ts';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { eachWithWorkload, postTo } from '../testing/each-with-workload.ts';
import { digestA, digestB, digestC, repository, workloadRecord } from '../testing/records.ts';
import { rollOut } from '../testing/roll-out.ts';

const digestD: Digest = `sha256:${'d'.repeat(64)}`;

let fixture: ApiFixture;
/** At digest A. */
let id = '';
eachWithWorkload(async (...given) => {
  [fixture, id] = given;
  await fixture.history.adopt(id, [{ container: 'myapp', image: repository, tag: 'latest', digest: digestA }]);
});

function update(from: Digest, to: Digest, container = 'myapp', image = repository): NewRollout {
  const change = { container, image, from: { tag: 'latest', digest: from }, to: { tag: 'latest', digest: to } };
  return { workload: id, changes: [change], trigger: 'poll', code: 'new-digest', message: 'A push.' };
}

async function observe(digest: Digest, code = 'up-to-date'): Promise<void> {
  const observed = [{ container: 'myapp', digest }];
  await fixture.history.putCheck(id, { at: fixture.clock.now, code, message: 'As it is.', observed });
}

const post = (body?: object | string) => postTo(fixture, `${id}/rollback`, body);

async function accepted(body?: object) {
  const answer = await post(body);
  const said: unknown = await answer.json();
  expect({ status: answer.status, said }).toMatchObject({ status: 202 });
  return rolloutSchema.parse(said);
}

async function refused(body?: object) {
  const answer = await post(body);
  const problem = problemSchema.parse(await answer.json());
  expect(fixture.patched).toEqual([]);
  return [answer.status, problem.code, problem.detail] as const;
}

const marks = async () => {
  const state = await fixture.history.workload(id);
  return {
    hold: state?.hold?.code,
    quarantine: state?.quarantine.map(({ digest, code }) => [digest, code]),
  };
};

describe('POST …/rollback', () => {
  it("rollback goes to the last good digest, and quarantines the current one and the tag's", async () => {
    const { history, clock } = fixture;
    await rollOut(history, update(digestA, digestB));
    await rollOut(history, update(digestB, digestC));
    await observe(digestD);

    const rollout = await accepted({ message: 'the checkout is broken' });

    expect(rollout).toMatchObject({
      workload: id,
      state: 'pending',
      kind: 'rollback',
      trigger: 'manual',
      code: 'manual-rollback',
      message: 'A user rolled back to sha256:bbbbbbbbbbbb (the checkout is broken).',
      changes: [
        { container: 'myapp', image: repository, from: { digest: digestC }, to: { tag: 'latest', digest: digestB } },
      ],
    });
    expect(fixture.patched).toEqual([rollout.id]);
    expect(await history.workload(id)).toMatchObject({
      active: rollout.id,
      quarantine: expect.arrayContaining(
        [digestC, digestD].map((digest) => ({
          container: 'myapp',
          image: repository,
          tag: 'latest',
          digest,
          code: 'manual',
          message: 'A user rolled back from it to sha256:bbbbbbbbbbbb (the checkout is broken).',
          at: clock.now,
        })),
      ),
    });
    expect(await marks()).toMatchObject({ hold: undefined, quarantine: { length: 2 } });
  });

  it('repeated rollback requests return one rollback', async () => {
    const { history } = fixture;
    await rollOut(history, update(digestA, digestB));
    const first = await accepted();
    const again = await accepted();
    expect(again.id).toBe(first.id);

    await history.transition(first.id, { from: ['pending'], to: 'verifying', code: 'written' });
    expect((await accepted()).id).toBe(first.id);
    expect((await accepted({ to: digestA })).id).toBe(first.id);
    expect((await history.rollouts({ workload: id })).items).toHaveLength(2);
  });

  it('rollback goes back although the pin of the newest digest is just being restored (law 16)', async () => {
    const { history } = fixture;
    await rollOut(history, update(digestA, digestB));
    const restored = { kind: 'rollback', again: true, trigger: 'guard', code: 'pin-restored' } as const;
    await history.begin({ ...update(digestB, digestB), ...restored });

    expect(await accepted()).toMatchObject({ code: 'manual-rollback', changes: [{ to: { digest: digestA } }] });
    expect(await marks()).toEqual({ hold: undefined, quarantine: [[digestB, 'manual']] });
  });

  it('rollback with until resume puts the workload on hold, and the next digest waits', async () => {
    const { history } = fixture;
    await rollOut(history, update(digestA, digestB));
    const rollout = await accepted({ until: 'resume' });

    expect(await marks()).toEqual({ hold: 'manual-rollback', quarantine: [] });
    await history.transition(rollout.id, { from: ['pending'], to: 'verifying', code: 'written' });
    await history.transition(rollout.id, { from: ['verifying'], to: 'succeeded', code: 'verdict' });
    expect(await history.begin(update(digestA, digestC))).toMatchObject({ outcome: 'on-hold' });
  });

  it('rollback with until resume adds the hold to an active rollback', async () => {
    await rollOut(fixture.history, update(digestA, digestB));
    const first = await accepted();
    expect((await accepted({ until: 'resume' })).id).toBe(first.id);
    expect(await marks()).toMatchObject({ hold: 'manual-rollback' });
  });

  it('rollback supersedes an active update, written or not', async () => {
    const { history } = fixture;
    await rollOut(history, update(digestA, digestB));
    const pending = await rollOut(history, update(digestB, digestC), 'pending');

    const first = await accepted();
    expect(first.changes).toMatchObject([{ from: { digest: digestC }, to: { digest: digestB } }]);
    expect(await history.rollout(pending.id)).toMatchObject({ state: 'superseded' });
    expect(await marks()).toMatchObject({ quarantine: [[digestC, 'manual']] });

    await history.transition(first.id, { from: ['pending'], to: 'verifying', code: 'written' });
    await history.transition(first.id, { from: ['verifying'], to: 'succeeded', code: 'verdict' });
    const verifying = await rollOut(history, update(digestB, digestD), 'verifying');
    const second = await accepted();
    expect(second.changes).toMatchObject([{ from: { digest: digestD }, to: { digest: digestB } }]);
    expect(await history.rollout(verifying.id)).toMatchObject({ state: 'superseded' });
  });

  it('rollback skips failed rollouts', async () => {
    const { history } = fixture;
    await rollOut(history, update(digestA, digestB));
    await rollOut(history, update(digestB, digestC), 'failed');
    await rollOut(history, update(digestC, digestD));

    expect((await accepted()).changes).toMatchObject([{ from: { digest: digestD }, to: { digest: digestB } }]);
  });

  it('rollback after a failure goes to the last good digest', async () => {
    await rollOut(fixture.history, update(digestA, digestB), 'failed');
    expect((await accepted()).changes).toMatchObject([{ from: { digest: digestB }, to: { digest: digestA } }]);
  });

  it('a second rollback goes further back, never to a quarantined digest', async () => {
    const { history } = fixture;
    await rollOut(history, update(digestA, digestB));
    await rollOut(history, update(digestB, digestC));
    const first = await accepted();
    await history.transition(first.id, { from: ['pending'], to: 'verifying', code: 'written' });
    await history.transition(first.id, { from: ['verifying'], to: 'succeeded', code: 'verdict' });

    expect((await accepted()).changes).toMatchObject([{ from: { digest: digestB }, to: { digest: digestA } }]);
  });

  it.each([
    ['a digest in full', digestA],
    ['a short digest', 'aaaaaaa'],
    ['a short digest with its algorithm', 'sha256:aaaaaaaaaaaa'],
  ])('rollback goes to %s', async (_, to) => {
    await rollOut(fixture.history, update(digestA, digestB));
    await rollOut(fixture.history, update(digestB, digestC));

    expect((await accepted({ to })).changes).toMatchObject([{ from: { digest: digestC }, to: { digest: digestA } }]);
  });

  it.each(['application/json', 'application/x-www-form-urlencoded', 'text/plain'])(
    'rollback reads its optional body as JSON under Content-Type %s',
    async (type) => {
      await rollOut(fixture.history, update(digestA, digestB));
      await rollOut(fixture.history, update(digestB, digestC));
      const send = (body: string) =>
        fixture.api().request(`/api/v1/workloads/${id}/rollback`, {
          method: 'POST',
          body,
          headers: { 'Content-Type': type },
        });

      const named = await send('{"to":"aaaaaaa"}');
      expect(rolloutSchema.parse(await named.json()).changes).toMatchObject([{ to: { digest: digestA } }]);
      expect((await send('')).status).toBe(202);
    },
  );

  it('rollback finds a digest on any page of the history', async () => {
    const { history } = fixture;
    await rollOut(history, update(digestA, digestD));
    await rollOut(history, update(digestD, digestB));
    for (let round = 0; round < 55; round += 1) {
      await rollOut(history, update(digestB, digestC));
      await rollOut(history, update(digestC, digestB));
    }
    expect((await accepted({ to: 'aaaaaaa' })).changes).toMatchObject([{ to: { digest: digestA } }]);
  });

  it('rollback to a rollout keeps the known versions of its images', async () => {
    const { history } = fixture;
    const about = { commit: 'c0ffee', built: '2026-11-20T08:00:00Z', version: '1.2.3' };
    const wanted = update(digestA, digestB);
    const [change] = wanted.changes;
    const first = await rollOut(history, {
      ...wanted,
      changes: change ? [{ ...change, to: { ...change.to, ...about } }] : [],
    });
    await rollOut(history, update(digestB, digestC));

    const rollout = await accepted({ to: first.id });
    expect(rollout.changes).toMatchObject([{ to: { tag: 'latest', digest: digestB, ...about } }]);
  });

  it('rollback changes every container of the rollout at once', async () => {
    const { history } = fixture;
    const record = workloadRecord(id);
    const sidecar = {
      name: 'proxy',
      image: `${repository}/proxy:latest`,
      repository: `${repository}/proxy`,
      tag: 'latest',
    };
    await history.putWorkload({ ...record, containers: [...record.containers, sidecar] });
    const both = (from: Digest, to: Digest): NewRollout => ({
      ...update(from, to),
      changes: [...update(from, to).changes, ...update(from, to, 'proxy', sidecar.repository).changes],
    });
    await rollOut(history, both(digestA, digestB));
    await rollOut(history, both(digestB, digestC));

    const { changes } = await accepted();
    expect(changes.map(({ container, to }) => [container, to.digest])).toEqual([
      ['myapp', digestB],
      ['proxy', digestB],
    ]);
    expect((await marks()).quarantine).toHaveLength(2);
  });

  it('rollback writes a reverted digest again', async () => {
    await rollOut(fixture.history, update(digestA, digestB));
    await observe(digestB, 'reverted-by-someone');

    const rollout = await accepted({ to: digestB });
    expect(rollout).toMatchObject({ kind: 'rollback', state: 'pending', changes: [{ to: { digest: digestB } }] });
  });
});

describe('POST …/rollback is refused', () => {
  it('rollback without an older image answers nothing-to-roll-back-to', async () => {
    expect(await refused()).toEqual([
      409,
      'nothing-to-roll-back-to',
      expect.stringContaining('"to" takes any digest of it'),
    ]);
  });

  it('rollback to an unknown or foreign digest or rollout answers not-in-history', async () => {
    const other = workloadRecord('other/deployment/app');
    await fixture.history.putWorkload(other);
    const foreign = await rollOut(fixture.history, { ...update(digestA, digestD), workload: other.id });
    await rollOut(fixture.history, update(digestA, digestB));

    for (const to of [digestD, 'ddddddd', foreign.id, '000000000']) {
      expect(await refused({ to })).toEqual([404, 'not-in-history', expect.stringContaining(to)]);
    }
  });

  it('rollback to a digest of an old repository answers not-in-history', async () => {
    await rollOut(fixture.history, update(digestA, digestB));
    await fixture.history.putWorkload(workloadRecord(id, 'ghcr.io/elsewhere/myapp:latest'));
    expect((await refused({ to: digestA }))[1]).toBe('not-in-history');
    expect((await refused())[1]).toBe('nothing-to-roll-back-to');
  });

  it('rollback to the beginning of several digests answers ambiguous-digest', async () => {
    const twins: readonly Digest[] = [`sha256:${'e'.repeat(63)}1`, `sha256:${'e'.repeat(63)}2`];
    let from: Digest = digestA;
    for (const to of twins) {
      await rollOut(fixture.history, update(from, to));
      from = to;
    }
    expect((await refused({ to: 'eeeeeeee' })).slice(0, 2)).toEqual([409, 'ambiguous-digest']);
  });

  it('rollback to the current or coming digest answers already-runs', async () => {
    await rollOut(fixture.history, update(digestA, digestB));
    expect((await refused({ to: digestB })).slice(0, 2)).toEqual([409, 'already-runs']);
    const active = await rollOut(fixture.history, update(digestB, digestC), 'verifying');
    expect(await refused({ to: digestC })).toEqual([409, 'already-runs', expect.stringContaining(active.id)]);
  });

  it('rollback to a quarantined digest answers quarantined until it is released', async () => {
    const { history } = fixture;
    await rollOut(history, update(digestA, digestB));
    const first = await accepted();
    await history.transition(first.id, { from: ['pending'], to: 'verifying', code: 'written' });
    await history.transition(first.id, { from: ['verifying'], to: 'succeeded', code: 'verdict' });

    expect(await refused({ to: digestB })).toEqual([
      409,
      'quarantined',
      'sha256:bbbbbbbbbbbb is in quarantine: A user rolled back from it to sha256:aaaaaaaaaaaa. POST …/release releases it.',
    ]);
    expect((await refused())[1]).toBe('nothing-to-roll-back-to');
    await history.release(id, digestB);
    expect((await accepted({ to: digestB })).changes).toMatchObject([{ to: { digest: digestB } }]);
  });

  it('rollback of a switched-off workload answers switched-off', async () => {
    await rollOut(fixture.history, update(digestA, digestB));
    await fixture.history.hold(id, { code: 'off', message: 'Off.', at: fixture.clock.now });
    expect(await refused()).toEqual([409, 'switched-off', expect.stringContaining('resume it first')]);
  });

  it.each([
    ['{', 'malformed-request'],
    ['[]', 'malformed-request'],
    ['"to"', 'malformed-request'],
    ['to=aaaaaaa', 'malformed-request'],
    ['{"to":"latest"}', 'invalid-parameters'],
    ['{"to":7}', 'invalid-parameters'],
    ['{"to":"aaaaaa"}', 'invalid-parameters'],
    ['{"too":"aaaaaaa"}', 'invalid-parameters'],
    ['{"until":"tomorrow"}', 'invalid-parameters'],
    ['{"message":"two\\nlines"}', 'invalid-parameters'],
    [`{"message":"${'x'.repeat(301)}"}`, 'invalid-parameters'],
  ])('rollback refuses the body %s', async (body, code) => {
    await rollOut(fixture.history, update(digestA, digestB));
    for (const type of ['application/json', 'application/x-www-form-urlencoded']) {
      const app = fixture.api();
      const answer = await app.request(`/api/v1/workloads/${id}/rollback`, {
        method: 'POST',
        body,
        headers: { 'Content-Type': type },
      });
      expect([answer.status, problemSchema.parse(await answer.json()).code]).toEqual([400, code]);
    }
    expect(await marks()).toEqual({ hold: undefined, quarantine: [] });
  });

  it('rollback answers 503 while the queue is unavailable, and then returns the same rollback', async () => {
    const { history } = fixture;
    await rollOut(history, update(digestA, digestB));
    const requestPatch = () => Promise.reject(new Error('connect redis://:hunter2@10.0.0.1'));
    const answer = await fixture.api({ requestPatch }).request(`/api/v1/workloads/${id}/rollback`, { method: 'POST' });

    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain('hunter2');
    const { active } = (await history.workload(id)) ?? {};
    expect((await accepted()).id).toBe(active);
  });
});

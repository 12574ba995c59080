import { describe, expect, it } from 'vitest';
import { offSchema, onHoldSchema, resumedSchema } from '../schemas/actions.ts';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { eachWithWorkload, postTo } from '../testing/each-with-workload.ts';
import { digestB, digestC, newRollout, repository } from '../testing/records.ts';
import { rollOut } from '../testing/roll-out.ts';

let fixture: ApiFixture;
let id = '';
eachWithWorkload((...given) => {
  [fixture, id] = given;
});

const post = (action: string, body?: object) => postTo(fixture, `${id}/${action}`, body);
const holdOf = async () => (await fixture.history.workload(id))?.hold;

describe('POST …/pause', () => {
  it('pause puts the workload on hold with a message, and new digests wait', async () => {
    const answer = await post('pause', { message: 'the fair is on.' });

    expect(answer.status).toBe(200);
    const { hold } = onHoldSchema.parse(await answer.json());
    expect(hold).toEqual({
      code: 'paused',
      message: 'A user paused the workload (the fair is on): nothing is rolled out until a user resumes it.',
      at: '2026-11-20T08:15:30.250Z',
    });
    expect(await holdOf()).toEqual({ ...hold, at: fixture.clock.now });
    expect(await fixture.history.begin(newRollout(id))).toMatchObject({ outcome: 'on-hold' });
  });

  it('pause keeps an existing hold', async () => {
    const first = await (await post('pause')).text();
    fixture.clock.now += 60_000;
    const second = await post('pause', { message: 'again' });
    fixture.clock.now -= 60_000;
    const said = onHoldSchema.parse(await second.json());
    expect([second.status, said.hold]).toEqual([200, onHoldSchema.parse(JSON.parse(first)).hold]);
    expect(said.message).toBe('The workload was on hold already (paused), and stays so.');

    await fixture.history.hold(id, { code: 'rollback-failed', message: 'Its rollback failed.', at: 7 });
    expect(onHoldSchema.parse(await (await post('pause')).json()).hold.code).toBe('rollback-failed');
    expect(await holdOf()).toMatchObject({ code: 'rollback-failed' });
  });

  it('pause cancels an update that is not written yet', async () => {
    const rollout = await rollOut(fixture.history, newRollout(id), 'pending');
    const { message } = onHoldSchema.parse(await (await post('pause')).json());
    expect(await fixture.history.rollout(rollout.id)).toMatchObject({ state: 'cancelled' });
    expect(message).toBe(`The workload is on hold. Rollout ${rollout.id} was cancelled before it was written.`);
  });

  it('pause says that it does not stop what is written (law 16)', async () => {
    const rollout = await rollOut(fixture.history, newRollout(id), 'verifying');
    const { message } = onHoldSchema.parse(await (await post('pause')).json());
    expect(message).toContain(`Rollout ${rollout.id} is under way and goes on to its verdict`);
  });
});

describe('POST …/resume', () => {
  it('resume ends any hold, returns it, and queues a check', async () => {
    await post('pause');
    const answer = await post('resume');

    expect(answer.status).toBe(200);
    expect(resumedSchema.parse(await answer.json())).toMatchObject({
      workload: id,
      message: 'The hold (paused) ended, and failures count anew. A check is queued.',
      resumed: { code: 'paused' },
    });
    expect(await holdOf()).toBeUndefined();
    expect(fixture.checks).toEqual([{ workload: id, trigger: 'manual', notBefore: fixture.clock.now }]);
  });

  it('resume without a hold answers 200', async () => {
    const answer = await post('resume');
    const message = 'The workload was not on hold, so no hold ended; failures count anew. A check is queued.';
    expect([answer.status, await answer.json()]).toEqual([200, { workload: id, message }]);
    expect(fixture.checks).toHaveLength(1);
  });
});

describe('POST …/off', () => {
  it('off replaces the hold and queues the removal', async () => {
    await post('pause');
    const answer = await post('off', { message: 'moving to another tool' });

    expect(answer.status).toBe(202);
    expect(onHoldSchema.parse(await answer.json()).hold).toMatchObject({
      code: 'off',
      message:
        'A user switched Keelson off for the workload (moving to another tool): nothing is written until a user resumes it.',
    });
    expect(await holdOf()).toMatchObject({ code: 'off' });
    expect(fixture.removals).toEqual([id]);
  });

  it('off says that the pins go, and that this restarts pods', async () => {
    await rollOut(fixture.history, newRollout(id), 'succeeded');
    const answer = offSchema.parse(await (await post('off')).json());

    expect(answer).toMatchObject({ removed: [{ container: 'myapp', digest: digestB }], kept: [] });
    expect(answer.message).toMatch(/^Keelson removes all .*myapp to sha256:bbbbbbbbbbbb.* restarts its pods/);
  });

  it('off keeps the pins while a quarantined digest would start without them, and says what starts it', async () => {
    await rollOut(fixture.history, newRollout(id), 'succeeded');
    const bad = { container: 'myapp', image: repository, tag: 'latest', digest: digestC, code: 'crash-loop' };
    const quarantine = [{ ...bad, message: 'It crashed.', at: 1 }];
    const failed = await rollOut(fixture.history, newRollout(id, digestC), 'verifying');
    const rollback = {
      changes: newRollout(id).changes,
      trigger: 'verdict',
      code: 'rolled-back',
      message: 'Back.',
    } as const;
    await fixture.history.transition(failed.id, {
      from: ['verifying'],
      to: 'failed',
      code: 'crash-loop',
      consequences: { quarantine, rollback },
    });
    const { active = '' } = (await fixture.history.workload(id)) ?? {};
    const written = { uid: 'u', template: 't', path: 'image-pin' };
    await fixture.history.transition(active, { from: ['pending'], to: 'verifying', code: 'written', written });
    await fixture.history.transition(active, { from: ['verifying'], to: 'succeeded', code: 'verified' });
    const observed = [{ container: 'myapp', digest: digestC }];
    await fixture.history.putCheck(id, { at: 1, code: 'quarantined', message: 'It is.', observed });

    const kept = offSchema.parse(await (await post('off')).json());
    expect(kept).toMatchObject({ removed: [], kept: [{ container: 'myapp', digest: digestB, quarantined: digestC }] });
    expect(kept.message).toMatch(
      /removes nothing yet.*sha256:cccccccccccc, which is in quarantine.*--start-quarantined/,
    );
    expect(await holdOf()).not.toHaveProperty('startQuarantined');

    const gone = offSchema.parse(await (await post('off', { startQuarantined: true })).json());
    expect(gone).toMatchObject({ removed: [{ container: 'myapp', digest: digestB }], kept: [] });
    expect(gone.message).toMatch(/restarts its pods.*sha256:cccccccccccc is in quarantine, and starts as requested/);
    expect(await holdOf()).toMatchObject({ code: 'off', startQuarantined: true });
    expect(offSchema.parse(await (await post('off')).json()).removed, 'the word stays').toHaveLength(1);
  });

  it('off says that the workload stays on a digest in quarantine, where nothing else is left (law 16)', async () => {
    const failed = await rollOut(fixture.history, newRollout(id, digestC), 'verifying');
    const about = { container: 'myapp', image: repository, digest: digestC, code: 'crash-loop', at: 1 };
    await fixture.history.transition(failed.id, {
      from: ['verifying'],
      to: 'failed',
      code: 'crash-loop',
      consequences: { quarantine: [{ ...about, message: 'It crashed.' }] },
    });
    const observed = [{ container: 'myapp', digest: digestC }];
    await fixture.history.putCheck(id, { at: 1, code: 'quarantined', message: 'It failed here.', observed });

    const { removed, message } = offSchema.parse(await (await post('off')).json());

    expect(removed).toEqual([{ container: 'myapp', digest: digestC }]);
    expect(message).toMatch(
      /Container myapp stays on sha256:cccccccccccc, which is in quarantine: It crashed\. Keelson rolls nothing back/,
    );
  });

  it('off during a rollback from a quarantined digest says that this goes on, and needs the word to stop it (law 16)', async () => {
    await rollOut(fixture.history, newRollout(id), 'succeeded');
    const failed = await rollOut(fixture.history, newRollout(id, digestC), 'verifying');
    const entry = {
      container: 'myapp',
      image: repository,
      digest: digestC,
      code: 'crash-loop',
      message: 'It crashed.',
    };
    const { changes } = newRollout(id);
    await fixture.history.transition(failed.id, {
      from: ['verifying'],
      to: 'failed',
      code: 'crash-loop',
      consequences: {
        quarantine: [{ ...entry, at: 1 }],
        rollback: {
          changes: changes.map((change) => ({
            ...change,
            from: { tag: 'latest', digest: digestC },
            to: { tag: 'latest', digest: digestB },
          })),
          trigger: 'verdict',
          code: 'rolled-back',
          message: 'Back.',
        },
      },
    });

    const first = offSchema.parse(await (await post('off')).json());
    expect(first).toMatchObject({ removed: [], kept: [{ digest: digestB, quarantined: digestC }] });
    expect(first.message).toMatch(/removes nothing yet: rollback .* from sha256:cccccccccccc.*--start-quarantined/);
    expect(first.hold.message).toMatch(/: nothing but rollback .* is written until/);
    const word = offSchema.parse(await (await post('off', { startQuarantined: true })).json());
    expect(word.removed).toHaveLength(1);
  });

  it('a second off queues the removal again', async () => {
    const first = await (await post('off')).text();
    fixture.clock.now += 60_000;
    const second = await (await post('off')).text();
    fixture.clock.now -= 60_000;
    expect(second).toBe(first);
    expect(fixture.removals).toEqual([id]);
  });

  it('off keeps the hold even when the queue is unavailable', async () => {
    const requestRemoval = () => Promise.reject(new Error('no Redis'));
    const answer = await fixture.api({ requestRemoval }).request(`/api/v1/workloads/${id}/off`, { method: 'POST' });

    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'queue-unavailable' }]);
    expect(await holdOf()).toMatchObject({ code: 'off' });
  });
});

it.each(['pause', 'resume', 'off', 'release', 'rollback'])('%s of an unknown workload answers 404', async (action) => {
  id = 'myapp/deployment/nobody';
  const answer = await post(action);
  expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'workload-not-found' }]);
  expect([...fixture.checks, ...fixture.patched, ...fixture.removals]).toEqual([]);
});

it.each(['pause', 'off'])('%s refuses a body with unknown or invalid fields', async (action) => {
  for (const body of [{ resaon: 'x' }, { message: 7 }, { message: 'a\u0000b' }]) {
    const answer = await post(action, body);
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'invalid-parameters' }]);
  }
  expect(await holdOf()).toBeUndefined();
});

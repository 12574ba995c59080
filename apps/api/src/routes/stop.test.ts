import { afterAll, beforeAll, expect, it } from 'vitest';
import { stopResumedSchema, stopSchema } from '../schemas/actions.ts';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { startFixture } from '../testing/api-fixture.ts';
import { beginNew } from '../testing/begin-new.ts';
import { digestB, newRollout, repository, workloadRecord } from '../testing/records.ts';

let fixture: ApiFixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.stop());

const read = async () => stopSchema.parse(await (await fixture.api().request('/api/v1/stop')).json());
const resume = async () =>
  stopResumedSchema.parse(await (await fixture.api().request('/api/v1/stop/resume', { method: 'POST' })).json());
const figure = async () =>
  /^keelson_api_stopped (\d)$/m.exec(await (await fixture.api().request('/metrics')).text())?.[1];

/** Workloads whose updates fail one after the other, until history says that it must be the cluster. */
async function failTogether(): Promise<number> {
  const { history } = fixture;
  for (let n = 1; n <= 50; n += 1) {
    const id = `wave/deployment/w${n}`;
    await history.putWorkload(workloadRecord(id));
    const { id: rollout } = await beginNew(history, newRollout(id));
    await history.transition(rollout, { from: ['pending'], to: 'verifying', code: 'written' });
    const bad = { container: 'myapp', image: repository, digest: digestB, code: 'crash-loop', message: 'No.', at: n };
    const consequences = { quarantine: [bad] };
    await history.transition(rollout, { from: ['verifying'], to: 'failed', code: 'crash-loop', consequences });
    if (await history.clusterStop()) return n;
  }
  throw new Error('Fifty failures did not stop anything.');
}

it('the stop route answers stopped false, and resuming changes nothing', async () => {
  expect(await read()).toEqual({ stopped: false });
  expect(await figure()).toBe('0');
  expect(await resume()).toEqual({ checks: 0 });
  expect(fixture.checks).toEqual([]);
});

it('resuming all rollouts ends the stop of a wave and queues a check of every workload', async () => {
  const failed = await failTogether();

  const { stopped, stop } = await read();
  expect([stopped, stop?.message]).toEqual([true, (await fixture.history.clusterStop())?.message]);
  expect(await figure()).toBe('1');

  expect(await resume()).toEqual({ resumed: stop, checks: failed });
  expect(fixture.checks).toHaveLength(failed);
  expect(await read()).toEqual({ stopped: false });
});

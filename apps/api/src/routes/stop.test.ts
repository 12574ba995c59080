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
const resume = async (body?: object) => {
  const init = { method: 'POST', ...(body && { body: JSON.stringify(body) }) };
  return stopResumedSchema.parse(await (await fixture.api().request('/api/v1/stop/resume', init)).json());
};
const figures = async () => {
  const text = await (await fixture.api().request('/metrics')).text();
  return ['all', 'namespace'].map(
    (scope) => new RegExp(`^keelson_api_stopped{scope="${scope}"} (\\d)$`, 'm').exec(text)?.[1],
  );
};

/** Workloads whose updates fail one after the other, until history says that the images cannot be the cause. */
async function failTogether(namespaces: readonly string[]): Promise<number> {
  const { history } = fixture;
  for (let n = 1; n <= 50; n += 1) {
    const id = `${namespaces[n % namespaces.length]}/deployment/w${n}`;
    await history.putWorkload(workloadRecord(id));
    const { id: rollout } = await beginNew(history, newRollout(id));
    await history.transition(rollout, { from: ['pending'], to: 'verifying', code: 'written' });
    const image = `${repository}-${n}`;
    const bad = { container: 'myapp', image, digest: digestB, code: 'crash-loop', message: 'No.', at: n };
    const consequences = { quarantine: [bad] };
    await history.transition(rollout, { from: ['verifying'], to: 'failed', code: 'crash-loop', consequences });
    if ((await history.stops()).length > 0) return n;
  }
  throw new Error('Fifty failures did not stop anything.');
}

it('the stop route answers stopped false, and resuming changes nothing', async () => {
  expect(await read()).toEqual({ stopped: false, namespaces: [] });
  expect(await figures()).toEqual(['0', '0']);
  expect(await resume()).toEqual({ namespaces: [], checks: 0 });
  expect(fixture.checks).toEqual([]);
});

it('resuming a namespace ends its stop and queues a check of its workloads alone (law 17)', async () => {
  await fixture.history.putWorkload(workloadRecord('other/deployment/web'));
  const failed = await failTogether(['tenant']);

  const { stopped, namespaces } = await read();
  expect([stopped, namespaces.map(({ namespace }) => namespace)]).toEqual([false, ['tenant']]);
  expect(namespaces[0]?.message).toMatch(/^5 workloads of namespace tenant failed/);
  expect(await figures()).toEqual(['0', '1']);

  expect(await resume({ namespace: 'other' })).toEqual({ namespaces: [], checks: 0 });
  expect(await resume({ namespace: 'tenant' })).toEqual({ namespaces, checks: failed });
  expect(fixture.checks.splice(0)).toHaveLength(failed);
  expect(await read()).toEqual({ stopped: false, namespaces: [] });
});

it('resuming all rollouts ends the stop of a wave and queues a check of every workload', async () => {
  const before = await fixture.history.workloadCount();
  const failed = await failTogether(['wave-a', 'wave-b', 'wave-c']);

  const { stopped, stop } = await read();
  expect([stopped, stop?.message]).toEqual([true, (await fixture.history.stops())[0]?.message]);
  expect(await figures()).toEqual(['1', '0']);

  expect(await resume()).toEqual({ resumed: stop, namespaces: [], checks: before + failed });
  expect(fixture.checks).toHaveLength(before + failed);
  expect(await read()).toEqual({ stopped: false, namespaces: [] });
});

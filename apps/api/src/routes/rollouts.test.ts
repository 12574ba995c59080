import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rolloutPageSchema, rolloutSchema } from '../schemas/rollout.ts';
import type { ApiFixture } from '../testing/api-fixture.ts';
import { startFixture } from '../testing/api-fixture.ts';
import { beginNew } from '../testing/begin-new.ts';
import { digestA, digestB, digestC, newRollout, workloadRecord } from '../testing/records.ts';

let fixture: ApiFixture;
const one = 'myapp/deployment/myapp';
const two = 'rare/deployment/other';

async function finish(workload: string, to: typeof digestA, state: 'succeeded' | 'failed'): Promise<string> {
  const { history } = fixture;
  const rollout = await beginNew(history, newRollout(workload, to));
  await history.transition(rollout.id, { from: ['pending'], to: 'verifying', code: 'written', generation: 7 });
  const end = { from: ['verifying'] as const, to: state, code: 'verdict', message: 'Judged by its pods.' };
  const evidence = { pod: 'myapp-1', container: 'myapp', reason: 'CrashLoopBackOff', exitCode: 1, log: 'boom' };
  await history.transition(rollout.id, state === 'failed' ? { ...end, evidence } : end);
  return rollout.id;
}

/** Every rollout of the beginning, newest first, and the one among them that failed. */
const ids: string[] = [];
let failed: string | undefined;
beforeAll(async () => {
  fixture = await startFixture();
  await fixture.history.putWorkload(workloadRecord(one));
  await fixture.history.putWorkload(workloadRecord(two));
  for (let round = 0; round < 12; round += 1) {
    ids.unshift(await finish(one, round % 2 === 0 ? digestB : digestC, round === 5 ? 'failed' : 'succeeded'));
    if (round === 5) failed = ids[0];
    if (round === 2) ids.unshift(await finish(two, digestB, 'succeeded'));
  }
});
afterAll(() => fixture.stop());

async function page(path: string) {
  const answer = await fixture.api().request(path);
  expect(answer.status).toBe(200);
  const body = rolloutPageSchema.parse(await answer.json());
  return { ...body, ids: body.items.map(({ id }) => id), link: answer.headers.get('Link') };
}

describe('GET /api/v1/rollouts', () => {
  it('the list of rollouts has all, newest first', async () => {
    expect(await page('/api/v1/rollouts')).toMatchObject({ ids, link: null });
  });

  it('the Link header leads through all rollouts while new ones begin', async () => {
    const seen: string[] = [];
    let path: string | undefined = '/api/v1/rollouts?limit=5&state=succeeded';
    while (path) {
      const { ids: some, link, next } = await page(path);
      seen.push(...some);
      path = link === null ? undefined : /^<(.*)>; rel="next"$/.exec(link)?.[1];
      expect(path === undefined).toBe(next === undefined);
      if (seen.length === 5) await finish(two, digestC, 'succeeded');
    }

    expect(seen).toEqual(ids.filter((id) => id !== failed));
  });

  it.each([
    ['state=failed', 1],
    [`workload=${one}`, 12],
    ['workload=myapp/Deployment/myapp', 12],
    ['workload=nobody/deployment/at-all', 0],
    ['namespace=myapp', 12],
    ['namespace=rare&state=failed', 0],
    ['namespace=my', 0],
    ['since=2020-01-01T00:00:00%2B02:00&namespace=myapp', 12],
    ['until=2020-01-01T00:00:00Z', 0],
    ['since=4102444800000', 0],
  ])('the list of rollouts filters by %s', async (filter, count) => {
    expect((await page(`/api/v1/rollouts?${filter}`)).ids).toHaveLength(count);
  });

  it('pages of a namespace find its few rollouts among many others', async () => {
    const first = await page('/api/v1/rollouts?namespace=rare&limit=1');
    expect(first.ids).toHaveLength(1);
    expect(first.link).toContain('namespace=rare');
    const second = await page(`/api/v1/rollouts?namespace=rare&limit=1&cursor=${first.next}`);

    expect(ids.filter((id) => second.ids.includes(id))).toHaveLength(1);
  });
});

describe('GET …/history', () => {
  it('the history of a workload has its rollouts only', async () => {
    const { items, link } = await page('/api/v1/workloads/myapp/deployment/myapp/history?limit=3');

    expect(items.map(({ workload }) => workload)).toEqual([one, one, one]);
    expect(link).toMatch(/^<\/api\/v1\/workloads\/myapp\/deployment\/myapp\/history\?limit=3&cursor=\w+>; rel="next"$/);
  });

  it('the history of an unknown workload answers 404', async () => {
    expect((await fixture.api().request('/api/v1/workloads/a/deployment/b/history')).status).toBe(404);
  });
});

describe('GET /api/v1/rollouts/{id}', () => {
  it('a rollout has its changes, its message, every state with its time, and its evidence', async () => {
    const answer = await fixture.api().request(`/api/v1/rollouts/${failed}`);

    const rollout = rolloutSchema.parse(await answer.json());
    expect(rollout).toMatchObject({
      workload: one,
      state: 'failed',
      trigger: 'poll',
      code: 'new-digest',
      generation: 7,
      evidence: { pod: 'myapp-1', reason: 'CrashLoopBackOff', exitCode: 1, log: 'boom' },
      changes: [
        {
          container: 'myapp',
          from: { tag: 'latest', digest: digestA, commit: 'c0ffee', built: '2026-11-20T08:00:00Z' },
          to: { tag: 'latest', digest: digestC, commit: 'decade' },
        },
      ],
    });
    expect(rollout.transitions.map(({ state }) => state)).toEqual(['pending', 'verifying', 'failed']);
    const lasted = rollout.transitions.map(({ durationMs }) => durationMs);
    expect(lasted).toEqual([expect.any(Number), expect.any(Number), undefined]);
    expect((lasted[0] ?? 0) + (lasted[1] ?? 0)).toBe(rollout.durationMs);
  });

  it('a rollback has rollbackOf, its write path and soakingSince', async () => {
    const { history } = fixture;
    await fixture.history.putWorkload(workloadRecord('myapp/deployment/back'));
    const wanted = newRollout('myapp/deployment/back', digestC);
    const { id: bad } = await beginNew(history, { ...wanted, unhealthyBefore: 'Pod myapp-0 was not ready before.' });
    await history.transition(bad, { from: ['pending'], to: 'verifying', code: 'written' });
    const rollback = {
      ...newRollout('myapp/deployment/back', digestA),
      trigger: 'verdict',
      code: 'crash-loop',
    } as const;
    await history.transition(bad, {
      from: ['verifying'],
      to: 'failed',
      code: 'crash-loop',
      consequences: { rollback: { ...rollback, changes: rollback.changes.map((one) => ({ ...one, from: one.to })) } },
    });
    const id = (await history.workload('myapp/deployment/back'))?.active ?? '';
    const written = { uid: 'uid-secret', template: 'hash', path: 'flux-kustomization' };
    await history.transition(id, { from: ['pending'], to: 'verifying', code: 'written', written });
    const soak = { since: 1_795_162_530_250, lastReady: 0, newestPod: 0 };
    await history.transition(id, { from: ['verifying'], to: 'verifying', code: 'soaking', soak });

    const read = async (one: string) =>
      rolloutSchema.parse(await (await fixture.api().request(`/api/v1/rollouts/${one}`)).json());
    expect(await read(id)).toMatchObject({
      kind: 'rollback',
      trigger: 'verdict',
      rollbackOf: bad,
      written: { path: 'flux-kustomization' },
      soakingSince: '2026-11-20T08:15:30.250Z',
      state: 'verifying',
    });
    expect(await read(bad)).toMatchObject({ kind: 'update', unhealthyBefore: 'Pod myapp-0 was not ready before.' });
  });

  it('an unknown rollout answers 404', async () => {
    const answer = await fixture.api().request('/api/v1/rollouts/000000000');

    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'rollout-not-found' });
  });
});

import type { CheckRecord, Rollout, WorkloadState } from '@keelson/history';
import { expect, it } from 'vitest';
import { digestB, repository, workloadRecord } from '../testing/records.ts';
import { findingOf, isOvertaken, newestNeeded } from './finding.ts';

const [first, second] = ['a6klagnhs', 'a6klagnht'];
const found: CheckRecord = { at: 100, code: 'waiting-to-write', message: 'b is to be written.', observed: [] };

function stateOf(knew: CheckRecord['knew'], now: Pick<WorkloadState, 'latest' | 'active'>): WorkloadState {
  const check = { ...found, ...(knew && { knew }) };
  return { record: workloadRecord('myapp/deployment/myapp'), digests: {}, quarantine: [], check, ...now };
}

const rollout = (state: Rollout['state'], id = first): Rollout => ({
  id,
  workload: 'myapp/deployment/myapp',
  changes: [{ container: 'myapp', image: repository, from: {}, to: { digest: digestB } }],
  trigger: 'poll',
  code: 'new-digest',
  message: 'A push.',
  state,
  createdAt: 90,
  updatedAt: 110,
  transitions: [],
  generation: 1,
  kind: 'update',
});

it.each<[string, CheckRecord['knew'], Pick<WorkloadState, 'latest' | 'active'>, boolean]>([
  ['no rollout is', {}, {}, false],
  ['an ended rollout is known', { latest: first }, { latest: first }, false],
  ['the rollout under way is', { latest: first, active: first }, { latest: first, active: first }, false],
  ['the rollout under way ended', { latest: first, active: first }, { latest: first }, true],
  ['a newer rollout began', { latest: first }, { latest: second, active: second }, true],
  ['a newer rollout ended', { latest: first }, { latest: second }, true],
  ['the first rollout ended', {}, { latest: first }, true],
  ['an ended rollout is past the retention', { latest: first }, {}, false],
  ['the rollout under way is past the retention', { latest: first, active: first }, {}, true],
  ['a rollout of an earlier build ended', undefined, { latest: first }, true],
  ['a rollout of an earlier build began after the check', undefined, { latest: first, active: first }, true],
  ['a rollout of an earlier build is under way', undefined, { latest: '000000010', active: '000000010' }, false],
])('a check is overtaken or not where %s', (_, knew, now, overtaken) => {
  expect(isOvertaken(stateOf(knew, now))).toBe(overtaken);
});

it('a rollout that ended overtakes the check that announced it (law 16)', () => {
  const state = stateOf({ latest: first, active: first }, { latest: first });

  expect(newestNeeded(state)).toBe(first);
  expect(findingOf(state, rollout('succeeded'))).toMatchObject({
    at: 110,
    code: 'rolled-out',
    message: 'sha256:bbbbbbbbbbbb was rolled out by rollout a6klagnhs.',
  });
});

it('a rollout that was written since overtakes the check that announced its write (law 16)', () => {
  const state = stateOf({ latest: first, active: first }, { latest: first, active: first });

  expect(newestNeeded(state)).toBe(first);
  expect(findingOf(state, rollout('verifying'))).toMatchObject({ at: 110, code: 'rolling-out' });
});

it('a finding says that a rollout cannot be read, in place of what the check announced of it (law 16)', () => {
  expect(findingOf(stateOf({ latest: first, active: first }, { latest: first }), undefined)).toMatchObject({
    code: 'rollout-unknown',
    message: expect.stringContaining('Rollout a6klagnhs is not in the history any more, or cannot be read'),
  });
});

it('a registry that could not be read stays the finding when a rollout ended since', () => {
  const error = { code: 'unauthorized', message: 'Give the workload a pull secret.' };
  const state = stateOf({}, { latest: first });

  expect(findingOf({ ...state, check: { ...found, knew: {}, error } }, rollout('succeeded'))).toMatchObject({
    at: 100,
    code: 'unauthorized',
    message: 'sha256:bbbbbbbbbbbb was rolled out by rollout a6klagnhs. Give the workload a pull secret.',
  });
});

const digest = digestB;
const checked = (code: string, message: string): CheckRecord => ({
  at: 100,
  code,
  message,
  observed: [{ container: 'myapp', digest }],
  knew: {},
});
const entry = { container: 'myapp', image: repository, digest, code: 'crash-loop', message: 'It crashed.', at: 1 };
const paused = { code: 'paused', message: 'A user paused it.', at: 1 } as const;

it.each<[string, CheckRecord, Partial<WorkloadState>, string]>([
  ['the hold lasts', checked('on-hold', `It waits: ${paused.message}`), { hold: paused }, 'on-hold'],
  ['the workload was resumed', checked('on-hold', `It waits: ${paused.message}`), {}, 'resumed'],
  ['the digest is still quarantined', checked('quarantined', 'It is.'), { quarantine: [entry] }, 'quarantined'],
  ['the digest was released', checked('quarantined', 'It is.'), {}, 'released'],
  [
    'the policy became never',
    checked('quarantined', 'It is.'),
    { quarantine: [entry], record: { ...workloadRecord('a/b/c'), policy: 'never', notFollowed: true } },
    'not-followed',
  ],
])('a finding is true of now where %s since the check (law 16)', (_, check, known, code) => {
  expect(findingOf({ ...stateOf({}, {}), check, ...known }, undefined)?.code).toBe(code);
});

import type { Rollout, WorkloadState } from '@keelson/history';
import { describe, expect, it } from 'vitest';
import { digestA, digestB, repository, workloadRecord } from '../testing/records.ts';
import { findingOf } from './finding.ts';
import { whyOf } from './why.ts';

const base: WorkloadState = { record: workloadRecord('myapp/deployment/myapp'), digests: {}, quarantine: [] };

const check = (code: string, message: string, at = 100) => ({
  check: { at, code, message, observed: [{ container: 'myapp', digest: digestB }] },
});
const active = { active: 'a6klagnhs', latest: 'a6klagnhs' };
const bad = (at = 200, digest: typeof digestA = digestB) => ({
  quarantine: [
    { container: 'myapp', image: repository, digest, code: 'crash-loop', message: 'Pod web-1 keeps crashing.', at },
  ],
});
const hold = (at = 200) => ({ hold: { code: 'paused' as const, message: 'A user paused it.', at } });
const failed = (at: number): Rollout => ({
  id: 'a6klagnhs',
  workload: 'myapp/deployment/myapp',
  changes: [{ container: 'myapp', image: repository, from: {}, to: { digest: digestB } }],
  trigger: 'poll',
  code: 'new-digest',
  message: 'A push.',
  state: 'failed',
  createdAt: 1,
  updatedAt: at,
  transitions: [{ state: 'failed', at, code: 'crash-loop', message: 'Pod web-1 keeps crashing.' }],
  generation: 1,
  kind: 'update',
});

describe('why', () => {
  it.each<readonly [string, Partial<WorkloadState>, Rollout | undefined, string | undefined]>([
    ['nothing is known', {}, undefined, undefined],
    ['all is well', check('up-to-date', 'It is b.'), undefined, 'It is b.'],
    ['it is on hold', { ...check('up-to-date', 'It is b.'), ...hold() }, undefined, 'A user paused it. It is b.'],
    ['it is on hold and was never checked', hold(), undefined, 'A user paused it.'],
    [
      'the check has the message of the hold',
      { ...check('on-hold', 'It is b. It waits: A user paused it.', 300), ...hold() },
      undefined,
      'It is b. It waits: A user paused it.',
    ],
    [
      'the check is about a rollout that failed since',
      { ...check('rolling-out', 'b is being rolled out.'), ...bad() },
      undefined,
      'sha256:bbbbbbbbbbbb is in quarantine: Pod web-1 keeps crashing.',
    ],
    [
      'the check is about a rollout, and a failure led to a hold',
      { ...check('rolling-out', 'b is being rolled out.'), ...bad(), ...hold() },
      undefined,
      'A user paused it. sha256:bbbbbbbbbbbb is in quarantine: Pod web-1 keeps crashing.',
    ],
    [
      'the check knows of the quarantine',
      { ...check('quarantined', 'b is in quarantine; a runs.', 300), ...bad() },
      undefined,
      'b is in quarantine; a runs.',
    ],
    [
      'the check is older than the quarantine, and still true',
      { ...check('up-to-date', 'It is b.'), ...bad() },
      undefined,
      'sha256:bbbbbbbbbbbb is in quarantine: Pod web-1 keeps crashing. It is b.',
    ],
    [
      'an older digest is in quarantine',
      { ...check('up-to-date', 'It is b.'), ...bad(50, digestA) },
      undefined,
      'It is b.',
    ],
    [
      'a rollout is under way in spite of it',
      { ...check('rolling-out', 'b is being rolled out.'), ...hold(), ...active },
      { ...failed(50), state: 'verifying' },
      'A user paused it. sha256:bbbbbbbbbbbb is being rolled out by rollout a6klagnhs.',
    ],
    [
      'the check is about a rollout that failed since, and its rollback is under way',
      { ...check('rolling-out', 'b is being rolled out.'), ...bad(), active: 'a6klagnht', latest: 'a6klagnht' },
      { ...failed(200), id: 'a6klagnht', state: 'verifying', kind: 'rollback', message: 'Pod web-1 keeps crashing.' },
      'sha256:bbbbbbbbbbbb is in quarantine: Pod web-1 keeps crashing. sha256:bbbbbbbbbbbb is being rolled back to by rollout a6klagnht.',
    ],
    [
      'the newest rollout failed since, and nothing is in quarantine',
      { ...check('rolling-out', 'b is being rolled out.'), latest: 'a6klagnhs' },
      failed(200),
      'Rollout a6klagnhs to sha256:bbbbbbbbbbbb failed: Pod web-1 keeps crashing.',
    ],
    [
      'the newest rollout failed, and a check came after',
      check('up-to-date', 'It is b.', 300),
      failed(200),
      'Rollout a6klagnhs to sha256:bbbbbbbbbbbb failed: Pod web-1 keeps crashing. It is b.',
    ],
    [
      'the newest rollout succeeded',
      check('up-to-date', 'It is b.'),
      { ...failed(200), state: 'succeeded' },
      'It is b.',
    ],
    [
      'the rollout that the check announced was cancelled by the hold',
      { ...check('waiting-to-write', 'b is to be written.'), ...hold(), latest: 'a6klagnhs' },
      {
        ...failed(200),
        state: 'cancelled',
        transitions: [{ state: 'cancelled', at: 200, code: 'on-hold', message: 'A user paused it.' }],
      },
      'A user paused it. Rollout a6klagnhs to sha256:bbbbbbbbbbbb was cancelled.',
    ],
  ])('why of a workload where %s', (_, state, latest, expected) => {
    const full = { ...base, ...state };
    expect(whyOf(full, findingOf(full, latest), latest)).toBe(expected);
  });
});

import type { Rollout, RolloutState } from '@keelson/history';
import { parseReference } from '@keelson/image';
import type { Decision } from '@keelson/policy';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../testing/values.ts';
import type { ContainerCheck } from './check-container.ts';
import { checkRecord } from './check-record.ts';
import type { FailedCheck, WorkloadCheck } from './check-workload.ts';

const digest = digestOf('a');
const now = Date.UTC(2026, 0, 1);

function checked(
  name: string,
  action: Decision['action'],
  code: Decision['code'],
  message = `${name} ${code}.`,
): ContainerCheck {
  const image = 'ghcr.io/me/web:latest';
  const facts = { name, image, reference: parseReference(image), running: [] };
  return { facts, digest, decision: { container: name, action, code, message } };
}

const failure: FailedCheck = { container: 'bad', image: 'x/y:1', code: 'not-found', message: 'There is none.' };
const rest = checked('app', 'none', 'up-to-date');
const reverted = checked('reverted', 'none', 'reverted-by-someone');
const moves = checked('new', 'roll-out', 'new-digest');
const found = (over: Partial<WorkloadCheck>): WorkloadCheck => ({
  containers: [],
  failures: [],
  warnings: [],
  ...over,
});

function rollout(state: RolloutState, message?: string): Rollout {
  const step = { state, at: now, code: 'x', ...(message !== undefined && { message }) };
  return {
    id: 'r1',
    workload: 'ns/deployment/web',
    changes: [{ container: 'new', image: 'ghcr.io/me/web', from: {}, to: { digest } }],
    trigger: 'poll',
    code: 'new-digest',
    message: '',
    state,
    createdAt: now,
    updatedAt: now,
    transitions: [step],
    generation: 0,
    kind: 'update',
  };
}

describe('checkRecord', () => {
  it.each<[string, Partial<WorkloadCheck>, Rollout | undefined, string, string]>([
    ['no followed container', {}, undefined, 'nothing-followed', 'No container of this workload is followed.'],
    ['one container that stays as it is', { containers: [rest] }, undefined, 'up-to-date', 'app up-to-date.'],
    [
      'a rollout before a container that stays as it is',
      { containers: [rest, moves] },
      undefined,
      'new-digest',
      'new new-digest. app up-to-date.',
    ],
    [
      'a reverted container before everything else',
      { containers: [moves, reverted] },
      undefined,
      'reverted-by-someone',
      'reverted reverted-by-someone. new new-digest.',
    ],
    [
      'a failure before everything else',
      { containers: [rest], failures: [failure] },
      undefined,
      'not-found',
      'bad (x/y:1): There is none. app up-to-date.',
    ],
    [
      'warnings after everything else',
      { containers: [rest], warnings: ['No Secret.'] },
      undefined,
      'up-to-date',
      'app up-to-date. No Secret.',
    ],
    [
      'a rollout that waits to be written again',
      { containers: [moves] },
      rollout('pending', 'Refused.'),
      'waiting-to-write',
      'sha256:aaaaaaaaaaaa is to be written by rollout r1. Refused.',
    ],
    [
      'a rollout that waits to be written',
      { containers: [moves] },
      rollout('pending'),
      'waiting-to-write',
      'sha256:aaaaaaaaaaaa is to be written by rollout r1.',
    ],
    [
      'a rollout that is being verified',
      { containers: [moves] },
      rollout('verifying', 'x'),
      'rolling-out',
      'sha256:aaaaaaaaaaaa is being rolled out by rollout r1.',
    ],
    ['a rollout that has ended', { containers: [moves] }, rollout('failed', 'x'), 'new-digest', 'new new-digest.'],
    ['a rollout of another container', { containers: [rest] }, rollout('pending'), 'up-to-date', 'app up-to-date.'],
  ])('a check record covers: %s (law 11)', (_, result, active, code, message) => {
    expect(checkRecord(found(result), { active }, { now })).toMatchObject({ at: now, code, message });
  });

  it('a check record names the rollback under way, whatever the tag means', () => {
    const back: Rollout = { ...rollout('pending'), kind: 'rollback', message: 'It crashed.' };
    const quarantined = checked('new', 'none', 'quarantined');

    expect(checkRecord(found({ containers: [quarantined] }), { active: back }, { now })).toMatchObject({
      code: 'rolling-back',
      message: 'sha256:aaaaaaaaaaaa is being rolled back to by rollout r1: It crashed.',
    });
  });

  it('a check record says why a due rollout did not begin', () => {
    const refused = { code: 'stopped', message: 'Everything is stopped.' };

    expect(checkRecord(found({ containers: [rest, moves] }), { refused }, { now })).toMatchObject({
      code: 'stopped',
      message: 'Everything is stopped. app up-to-date.',
    });
  });

  it('a check record keeps the observed digests, the error and the time of the next check', () => {
    const schedule = { type: 'cron', pattern: '0 3 * * *' } as const;
    const check = checkRecord(found({ containers: [rest], failures: [failure] }), {}, { schedule, now });

    expect(check.observed).toEqual([{ container: 'app', digest }]);
    expect(check.error).toEqual({ code: 'not-found', message: 'There is none.' });
    expect(check.nextAt).toBe(Date.UTC(2026, 0, 1, 3));
    expect(checkRecord(found({ containers: [rest] }), {}, { now })).not.toHaveProperty('nextAt');
  });
});

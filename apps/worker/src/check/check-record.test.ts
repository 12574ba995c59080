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

function look(
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
const rest = look('app', 'none', 'up-to-date');
const reverted = look('reverted', 'none', 'reverted-by-someone');
const moves = look('new', 'roll-out', 'new-digest');
const found = (over: Partial<WorkloadCheck>): WorkloadCheck => ({ looks: [], failures: [], warnings: [], ...over });

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
    ['nothing followed', {}, undefined, 'nothing-followed', 'No container of this workload is followed.'],
    ['at rest', { looks: [rest] }, undefined, 'up-to-date', 'app up-to-date.'],
    ['what moves comes first', { looks: [rest, moves] }, undefined, 'new-digest', 'new new-digest. app up-to-date.'],
    [
      'what was reverted too',
      { looks: [moves, reverted] },
      undefined,
      'reverted-by-someone',
      'reverted reverted-by-someone. new new-digest.',
    ],
    [
      'trouble first of all',
      { looks: [rest], failures: [failure] },
      undefined,
      'not-found',
      'bad (x/y:1): There is none. app up-to-date.',
    ],
    [
      'warnings at the end',
      { looks: [rest], warnings: ['No Secret.'] },
      undefined,
      'up-to-date',
      'app up-to-date. No Secret.',
    ],
    [
      'waiting to write',
      { looks: [moves] },
      rollout('pending', 'Refused.'),
      'waiting-to-write',
      'sha256:aaaaaaaaaaaa is to be written by rollout r1. Refused.',
    ],
    [
      'waiting to write for the first time',
      { looks: [moves] },
      rollout('pending'),
      'waiting-to-write',
      'sha256:aaaaaaaaaaaa is to be written by rollout r1.',
    ],
    [
      'being rolled out',
      { looks: [moves] },
      rollout('verifying', 'x'),
      'rolling-out',
      'sha256:aaaaaaaaaaaa is being rolled out by rollout r1.',
    ],
    ['rolled out and done', { looks: [moves] }, rollout('failed', 'x'), 'new-digest', 'new new-digest.'],
    ['another container is on its way', { looks: [rest] }, rollout('pending'), 'up-to-date', 'app up-to-date.'],
  ])('%s (law 11)', (_, looks, active, code, message) => {
    expect(checkRecord(found(looks), { active }, undefined, now)).toMatchObject({ at: now, code, message });
  });

  it('says that the good one is being put back, whatever the tag says', () => {
    const back: Rollout = { ...rollout('pending'), kind: 'rollback', message: 'It crashed.' };
    const quarantined = look('new', 'none', 'quarantined');

    expect(checkRecord(found({ looks: [quarantined] }), { active: back }, undefined, now)).toMatchObject({
      code: 'rolling-back',
      message: 'sha256:aaaaaaaaaaaa is being put back by rollout r1: It crashed.',
    });
  });

  it('says why nothing began though it was due', () => {
    const refused = { code: 'stopped', message: 'Everything is stopped.' };

    expect(checkRecord(found({ looks: [rest, moves] }), { refused }, undefined, now)).toMatchObject({
      code: 'stopped',
      message: 'Everything is stopped. app up-to-date.',
    });
  });

  it('keeps what was observed, the error, and when the next look is due', () => {
    const schedule = { type: 'cron', pattern: '0 3 * * *' } as const;
    const check = checkRecord(found({ looks: [rest], failures: [failure] }), {}, schedule, now);

    expect(check.observed).toEqual([{ container: 'app', digest }]);
    expect(check.error).toEqual({ code: 'not-found', message: 'There is none.' });
    expect(check.nextAt).toBe(Date.UTC(2026, 0, 1, 3));
    expect(checkRecord(found({ looks: [rest] }), {}, undefined, now)).not.toHaveProperty('nextAt');
  });
});

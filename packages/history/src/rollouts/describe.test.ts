import { expect, it } from 'vitest';
import { change } from '../../test/samples.ts';
import { describeRollout } from './describe.ts';
import { initialRollout } from './initial-rollout.ts';
import { step } from './step.ts';
import type { RolloutKind, RolloutState } from './types.ts';

const begun = (kind: RolloutKind) => ({
  ...initialRollout({
    workload: 'myapp/deployment/myapp',
    changes: [change('a', 'b'), change('a', 'b', { container: 'side' })],
    trigger: 'poll',
    code: 'new-digest',
    message: 'A push.',
    kind,
  }),
  id: 'a6klagnhs',
});
const b = 'sha256:3e23e8160039';

it.each<[RolloutKind, RolloutState, string | undefined, string, string]>([
  ['update', 'pending', undefined, 'waiting-to-write', `${b} is to be written by rollout a6klagnhs.`],
  ['update', 'pending', 'Refused.', 'waiting-to-write', `${b} is to be written by rollout a6klagnhs. Refused.`],
  ['update', 'verifying', 'x', 'rolling-out', `${b} is being rolled out by rollout a6klagnhs.`],
  ['update', 'succeeded', 'It works.', 'rolled-out', `${b} was rolled out by rollout a6klagnhs. It works.`],
  ['update', 'failed', 'It crashes.', 'rollout-failed', `Rollout a6klagnhs to ${b} failed: It crashes.`],
  ['update', 'cancelled', 'Paused.', 'rollout-cancelled', `Rollout a6klagnhs to ${b} was cancelled: Paused.`],
  ['update', 'superseded', undefined, 'rollout-superseded', `Rollout a6klagnhs to ${b} was superseded by a newer one.`],
  ['rollback', 'pending', 'x', 'rolling-back', `${b} is being rolled back to by rollout a6klagnhs: A push.`],
  ['rollback', 'succeeded', 'x', 'rolled-back', `${b} was rolled back to by rollout a6klagnhs: A push.`],
  ['rollback', 'failed', undefined, 'rollback-failed', `Rollback a6klagnhs to ${b} failed.`],
])('describeRollout describes a %s that is %s with the message %j', (kind, to, message, code, text) => {
  const moved = step(begun(kind), { to, at: 1, code: 'x', ...(message !== undefined && { message }) });

  expect(describeRollout(moved)).toMatchObject({ code, message: text });
});

it('the brief description of a rollout leaves out its reason', () => {
  const failed = step(begun('update'), { to: 'failed', at: 1, code: 'x', message: 'It crashes.' });

  expect(describeRollout(failed).brief).toBe(`Rollout a6klagnhs to ${b} failed.`);
});

it('describeRollout names each digest once, or only that of one container', () => {
  const two = { ...begun('update'), changes: [change('a', 'b'), change('a', 'c', { container: 'side' })] };

  expect(describeRollout(two).message).toBe(`${b} and sha256:2e7d2c03a950 are to be written by rollout a6klagnhs.`);
  expect(describeRollout(two, 'app').message).toBe(`${b} is to be written by rollout a6klagnhs.`);
});

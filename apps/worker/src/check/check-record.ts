import type { Schedule } from '@keelson/core';
import { nextRun } from '@keelson/core';
import type { CheckRecord, Rollout, WorkloadState } from '@keelson/history';
import { describeRollout, hasEnded } from '@keelson/history';
import type { Outcome } from './act.ts';
import { otherTagGone } from './act.ts';
import type { ContainerCheck } from './check-container.ts';
import type { WorkloadCheck } from './check-workload.ts';

const nothing = 'No container of this workload is followed.';

interface CheckMoment {
  readonly schedule?: Schedule | undefined;
  /** The newest rollout that the decisions knew of. */
  readonly latest?: WorkloadState['latest'];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The result of a check, as it answers later why a workload runs the image it runs (law 11). Failures come first, then rollouts, then
 * containers that stay as they are; problems with pull secrets come last, since they may be unrelated.
 */
export function checkRecord(
  { containers, failures, warnings }: WorkloadCheck,
  { active, unproven, refused }: Outcome,
  { schedule, latest, now }: CheckMoment,
): CheckRecord {
  const [failure] = failures;
  const nextAt = schedule && nextRun(schedule, now);
  const results = [...containers]
    .sort((a, b) => weight(b) - weight(a))
    .map((container) => {
      if (refused && container.decision.action === 'roll-out') return refused;
      return underWay(container, active ?? unproven) ?? container.decision;
    });
  const messages = [
    ...failures.map(({ container, image, message }) => `${container} (${image}): ${message}`),
    ...results.map(({ message }) => message),
  ];
  return {
    at: now,
    ...(nextAt !== undefined && { nextAt }),
    code: refused?.code === otherTagGone ? otherTagGone : (failure?.code ?? results[0]?.code ?? 'nothing-followed'),
    message: [...(messages.length > 0 ? messages : [nothing]), ...warnings].join(' '),
    ...(failure && { error: { code: failure.code, message: failure.message } }),
    knew: {
      ...(latest !== undefined && { latest }),
      ...(active && { active: active.id }),
      ...(unproven && { unproven: unproven.id }),
    },
    observed: containers.map(({ facts, digest }) => ({ container: facts.name, digest })),
  };
}

function weight({ decision }: ContainerCheck): number {
  return (
    ['none', 'adopt', 'need-related-digests', 'roll-out'].indexOf(decision.action) +
    (decision.code === 'reverted-by-someone' ? 10 : 0)
  );
}

/** The state of a container whose digest is being rolled out, or waits for pods, by an earlier decision. */
function underWay({ facts, digest }: ContainerCheck, active: Rollout | undefined) {
  const change = active?.changes.find(({ container }) => container === facts.name);
  if (!active || !change || (active.kind === 'update' && change.to.digest !== digest)) return undefined;
  return !hasEnded(active.state) ? describeRollout(active, facts.name) : undefined;
}

import type { Schedule } from '@keelson/core';
import { nextRun } from '@keelson/core';
import type { CheckRecord, Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Outcome } from './act.ts';
import type { ContainerCheck } from './check-container.ts';
import type { WorkloadCheck } from './check-workload.ts';

const nothing = 'No container of this workload is followed.';

/**
 * The result of a check, as it answers later why a workload runs the image it runs (law 11). Failures come first, then rollouts, then
 * containers that stay as they are; problems with pull secrets come last, since they may be unrelated.
 */
export function checkRecord(
  { containers, failures, warnings }: WorkloadCheck,
  { active, refused }: Outcome,
  schedule: Schedule | undefined,
  now: number,
): CheckRecord {
  const [failure] = failures;
  const nextAt = schedule && nextRun(schedule, now);
  const results = [...containers]
    .sort((a, b) => weight(b) - weight(a))
    .map((container) => {
      if (refused && container.decision.action === 'roll-out') return refused;
      return underWay(container, active) ?? container.decision;
    });
  const messages = [
    ...failures.map(({ container, image, message }) => `${container} (${image}): ${message}`),
    ...results.map(({ message }) => message),
  ];
  return {
    at: now,
    ...(nextAt !== undefined && { nextAt }),
    code: failure?.code ?? results[0]?.code ?? 'nothing-followed',
    message: [...(messages.length > 0 ? messages : [nothing]), ...warnings].join(' '),
    ...(failure && { error: { code: failure.code, message: failure.message } }),
    observed: containers.map(({ facts, digest }) => ({ container: facts.name, digest })),
  };
}

function weight({ decision }: ContainerCheck): number {
  return (
    ['none', 'adopt', 'need-related-digests', 'roll-out'].indexOf(decision.action) +
    (decision.code === 'reverted-by-someone' ? 10 : 0)
  );
}

/** The state of a container whose digest is being rolled out by an earlier decision. */
function underWay({ facts, digest }: ContainerCheck, active: Rollout | undefined) {
  const change = active?.changes.find(({ container }) => container === facts.name);
  if (!active || !change || (active.kind === 'update' && change.to.digest !== digest)) return undefined;
  const what = shortDigest(change.to.digest);
  if (active.kind === 'rollback') {
    return {
      code: 'rolling-back',
      message: `${what} is being rolled back to by rollout ${active.id}: ${active.message}`,
    };
  }
  if (active.state === 'verifying') {
    return { code: 'rolling-out', message: `${what} is being rolled out by rollout ${active.id}.` };
  }
  if (active.state !== 'pending') return undefined;
  const why = active.transitions.at(-1)?.message;
  const message = `${what} is to be written by rollout ${active.id}.${why === undefined ? '' : ` ${why}`}`;
  return { code: 'waiting-to-write', message };
}

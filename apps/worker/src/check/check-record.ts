import type { Schedule } from '@keelson/core';
import { nextRun } from '@keelson/core';
import type { CheckRecord, Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Outcome } from './act.ts';
import type { ContainerCheck } from './check-container.ts';
import type { WorkloadCheck } from './check-workload.ts';

const NOTHING = 'No container of this workload is followed.';

/**
 * What a check came to, as "why is it still on that image" will be answered (law 11). Trouble first, then what moves, then
 * what rests; at the end what is wrong with its pull secrets, which may have nothing to do with it.
 */
export function checkRecord(
  { looks, failures, warnings }: WorkloadCheck,
  { active, refused }: Outcome,
  schedule: Schedule | undefined,
  now: number,
): CheckRecord {
  const [failure] = failures;
  const nextAt = schedule && nextRun(schedule, now);
  const told = [...looks]
    .sort((a, b) => weight(b) - weight(a))
    .map((seen) => {
      if (refused && seen.decision.action === 'roll-out') return refused;
      return underWay(seen, active) ?? seen.decision;
    });
  const messages = [
    ...failures.map(({ container, image, message }) => `${container} (${image}): ${message}`),
    ...told.map(({ message }) => message),
  ];
  return {
    at: now,
    ...(nextAt !== undefined && { nextAt }),
    code: failure?.code ?? told[0]?.code ?? 'nothing-followed',
    message: [...(messages.length > 0 ? messages : [NOTHING]), ...warnings].join(' '),
    ...(failure && { error: { code: failure.code, message: failure.message } }),
    observed: looks.map(({ facts, digest }) => ({ container: facts.name, digest })),
  };
}

function weight({ decision }: ContainerCheck): number {
  return (
    ['none', 'adopt', 'need-related-digests', 'roll-out'].indexOf(decision.action) +
    (decision.code === 'reverted-by-someone' ? 10 : 0)
  );
}

/** A container whose digest is on its way by an earlier decision. */
function underWay({ facts, digest }: ContainerCheck, active: Rollout | undefined) {
  const change = active?.changes.find(({ container }) => container === facts.name);
  if (!active || !change || (active.kind === 'update' && change.to.digest !== digest)) return undefined;
  const what = shortDigest(change.to.digest);
  if (active.kind === 'rollback') {
    return { code: 'rolling-back', message: `${what} is being put back by rollout ${active.id}: ${active.message}` };
  }
  if (active.state === 'verifying') {
    return { code: 'rolling-out', message: `${what} is being rolled out by rollout ${active.id}.` };
  }
  if (active.state !== 'pending') return undefined;
  const why = active.transitions.at(-1)?.message;
  const message = `${what} is to be written by rollout ${active.id}.${why === undefined ? '' : ` ${why}`}`;
  return { code: 'waiting-to-write', message };
}

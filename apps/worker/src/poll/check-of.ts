import type { CheckRecord, Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Schedule } from '@keelson/policy';
import { nextRun } from '@keelson/policy';
import type { Look } from './look.ts';
import type { Looks } from './look-at-all.ts';

/** What a check came to, as "why is it still on that image" will be answered (law 11). Trouble first, then what moves, then what rests. */
export function checkOf(
  { looks, failures }: Looks,
  active: Rollout | undefined,
  schedule: Schedule | undefined,
  now: number,
): CheckRecord {
  const [failure] = failures;
  const nextAt = schedule && nextRun(schedule, now);
  const told = [...looks].sort((a, b) => weight(b) - weight(a));
  const [first] = told;
  const sentences = [
    ...failures.map(({ container, image, message }) => `${container} (${image}): ${message}`),
    ...told.map((seen) => underWay(seen, active)?.sentence ?? seen.decision.sentence),
  ];
  return {
    at: now,
    ...(nextAt !== undefined && { nextAt }),
    code: failure?.code ?? (first && (underWay(first, active)?.code ?? first.decision.code)) ?? 'nothing-followed',
    sentence: sentences.join(' ') || 'No container of this workload is followed.',
    ...(failure && { error: { code: failure.code, message: failure.message } }),
    observed: looks.map(({ facts, digest }) => ({ container: facts.name, digest })),
  };
}

function weight({ decision }: Look): number {
  return (
    ['none', 'adopt', 'ask-family', 'roll-out'].indexOf(decision.action) +
    (decision.code === 'undone-by-someone' ? 10 : 0)
  );
}

/** A container whose digest is on its way by an earlier decision. */
function underWay({ facts, digest }: Look, active: Rollout | undefined) {
  const change = active?.changes.find(({ container, to }) => container === facts.name && to.digest === digest);
  if (!active || !change) return undefined;
  const step = active.transitions.at(-1);
  const detail = step?.message === undefined ? '' : ` ${step.message}`;
  return active.state === 'pending'
    ? {
        code: 'waiting-to-write',
        sentence: `${shortDigest(digest)} is to be written by rollout ${active.id}.${detail}`,
      }
    : active.state === 'verifying'
      ? { code: 'rolling-out', sentence: `${shortDigest(digest)} is being rolled out by rollout ${active.id}.` }
      : undefined;
}

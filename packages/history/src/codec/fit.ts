import type { Evidence, ImageVersion, Rollout, Transition } from '../rollouts/types.ts';
import { clipText } from './clip.ts';

const shortChars = 200;

/** What is shown of a rollout and nothing depends on, least important first. */
const reductions: readonly ((rollout: Rollout) => Rollout)[] = [
  (rollout) => withEvidence(rollout, withoutLog),
  (rollout) => ({ ...rollout, changes: rollout.changes.map((change) => ({ ...change, from: bare(change.from) })) }),
  (rollout) => ({
    ...rollout,
    changes: rollout.changes.map((change) => ({ ...change, to: { ...bare(change.to), digest: change.to.digest } })),
  }),
  (rollout) => ({ ...rollout, transitions: rollout.transitions.map(withoutMessage) }),
  ({ message, unhealthyBefore, ...rollout }) => ({
    ...withEvidence(rollout, withoutTexts),
    message: clipText(message, shortChars),
    ...(unhealthyBefore !== undefined && { unhealthyBefore: clipText(unhealthyBefore, shortChars) }),
  }),
];

/** Leaves out what is only shown, until the rollout fits; the last one is returned where none does. */
export function fitted(rollout: Rollout, fits: (rollout: Rollout) => boolean): Rollout {
  let small = rollout;
  for (const reduce of reductions) {
    if (fits(small)) return small;
    small = reduce(small);
  }
  return small;
}

function withoutLog(evidence: Evidence): Evidence {
  const { log: _, ...rest } = evidence;
  return rest;
}

function withoutTexts(evidence: Evidence): Evidence {
  const { message: _, reason, ...rest } = evidence;
  return { ...rest, ...(reason !== undefined && { reason: clipText(reason, shortChars) }) };
}

function withEvidence<R extends Pick<Rollout, 'evidence'>>(rollout: R, change: (evidence: Evidence) => Evidence): R {
  return rollout.evidence ? { ...rollout, evidence: change(rollout.evidence) } : rollout;
}

function bare({ tag, digest }: ImageVersion): ImageVersion {
  return { ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** The message of the newest step is the reason of the rollout's state. */
function withoutMessage({ message, ...step }: Transition, at: number, { length }: readonly Transition[]): Transition {
  return at < length - 1 || message === undefined ? step : { ...step, message: clipText(message, shortChars) };
}

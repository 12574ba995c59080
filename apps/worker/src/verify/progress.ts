import type { Rollout, Transition } from '@keelson/history';

/** The steps within `verifying`, by the code of their transition; every other code says why the rollout is blocked. */
const written = 'written';
export const soaking = 'soaking';
export const goingOn = 'going-on';
/** More than the digests of its template was changed: what runs now is judged, and the image is not blamed. */
export const changed = 'changed-meanwhile';
/** Its manifest was applied again, whose tag means the same digest: the same rollout, in new pods. */
export const appliedAgain = 'applied-again';
/** Pods run what was unproven: their soak and the deadline begin. */
export const podsAppeared = 'pods-appeared';

/** A rollout that is blocked or changed over and over is not noted without end. */
export const maxTransitions = 40;

const known: ReadonlySet<string> = new Set([written, soaking, goingOn, changed, appliedAgain, podsAppeared]);

/** What the transitions of a rollout under verification say. Times are milliseconds since the epoch. */
export interface Progress {
  readonly writtenAt: number;
  /** The code for which it is blocked now. */
  readonly blocked?: string;
  /** When it last went on after having been blocked. */
  readonly wentOnAt?: number;
  /** Whether another field manager changed more of its pod template than the digests. */
  readonly isChanged: boolean;
  /** When its pods, their soak and the deadline last began anew: its pod template was changed, or it was unproven before. */
  readonly beganAt?: number;
}

export function progressOf({ transitions, createdAt }: Pick<Rollout, 'transitions' | 'createdAt'>): Progress {
  const verifying = transitions.filter(({ state }) => state === 'verifying');
  const last = (code: string): Transition | undefined => verifying.findLast((step) => step.code === code);
  const newest = verifying.at(-1);
  const wentOnAt = last(goingOn)?.at;
  const changedAt = last(changed)?.at;
  const beganAt = Math.max(...[changed, appliedAgain, podsAppeared].map((code) => last(code)?.at ?? 0));
  return {
    writtenAt: last(written)?.at ?? createdAt,
    ...(newest && !known.has(newest.code) && { blocked: newest.code }),
    ...(wentOnAt !== undefined && { wentOnAt }),
    isChanged: changedAt !== undefined,
    ...(beganAt > 0 && { beganAt }),
  };
}

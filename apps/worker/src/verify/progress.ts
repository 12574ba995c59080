import type { Rollout, Transition } from '@keelson/history';

/** The steps within `verifying`, by the code of their transition; every other code says why the rollout is blocked. */
const written = 'written';
export const soaking = 'soaking';
export const goingOn = 'going-on';
export const changed = 'changed-meanwhile';

const known: ReadonlySet<string> = new Set([written, soaking, goingOn, changed]);

/** What the transitions of a rollout under verification say. Times are milliseconds since the epoch. */
export interface Progress {
  readonly writtenAt: number;
  /** The code for which it is blocked now. */
  readonly blocked?: string;
  /** When it last went on after having been blocked. */
  readonly wentOnAt?: number;
  /** When another field manager last changed its pod template. */
  readonly changedAt?: number;
}

export function progressOf({ transitions, createdAt }: Pick<Rollout, 'transitions' | 'createdAt'>): Progress {
  const verifying = transitions.filter(({ state }) => state === 'verifying');
  const last = (code: string): Transition | undefined => verifying.findLast((step) => step.code === code);
  const newest = verifying.at(-1);
  const wentOnAt = last(goingOn)?.at;
  const changedAt = last(changed)?.at;
  return {
    writtenAt: last(written)?.at ?? createdAt,
    ...(newest && !known.has(newest.code) && { blocked: newest.code }),
    ...(wentOnAt !== undefined && { wentOnAt }),
    ...(changedAt !== undefined && { changedAt }),
  };
}

import type { Rollout, Transition } from '@keelson/history';

/** The steps within `verifying`, by the code of their transition; every other one is a reason to hold. */
const WRITTEN = 'written';
export const SOAKING = 'soaking';
export const GOING_ON = 'going-on';
export const CHANGED = 'changed-meanwhile';

const KNOWN: ReadonlySet<string> = new Set([WRITTEN, SOAKING, GOING_ON, CHANGED]);

/** What the transitions of a rollout under verification say. Times are milliseconds since the epoch. */
export interface Progress {
  readonly writtenAt: number;
  /** The code for which it is held now. */
  readonly held?: string;
  /** When it last went on after having been held. */
  readonly wentOnAt?: number;
  /** When somebody else last changed its pod template. */
  readonly changedAt?: number;
}

export function progressOf({ transitions, createdAt }: Pick<Rollout, 'transitions' | 'createdAt'>): Progress {
  const verifying = transitions.filter(({ state }) => state === 'verifying');
  const last = (code: string): Transition | undefined => verifying.findLast((step) => step.code === code);
  const newest = verifying.at(-1);
  const wentOnAt = last(GOING_ON)?.at;
  const changedAt = last(CHANGED)?.at;
  return {
    writtenAt: last(WRITTEN)?.at ?? createdAt,
    ...(newest && !KNOWN.has(newest.code) && { held: newest.code }),
    ...(wentOnAt !== undefined && { wentOnAt }),
    ...(changedAt !== undefined && { changedAt }),
  };
}

import type { Attacker } from '../attacks/attacker.ts';

/** Gives a worker and an API ten times of a bound, and resolves when they had it. `name` is for the feed alone. */
export type Run = (attacker: Attacker, name: string) => Promise<void>;

/** Or the test that feeds it where it is: what is kept inside would cost thousands of workloads here. */
export type Feed = Run | { readonly heldBy: string };

/** Ten times as many. */
export const tenfold = 10;

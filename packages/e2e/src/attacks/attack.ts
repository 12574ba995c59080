import type { Attacker } from './attacker.ts';

/** What is done again and again while an attack lasts, counted from 0. */
export type Turn = (count: number) => Promise<void>;

/** For attacks that need no more than what they began with. */
export const nothingMore: Turn = async () => undefined;

/** What somebody does who may write in one namespace, push to one registry and send notifications, and no more. */
export interface Attack {
  /** Completes "while a neighbour …". */
  readonly name: string;
  /** Makes what the attack needs, in a namespace that Keelson already follows. */
  readonly begin: (attacker: Attacker) => Promise<Turn>;
  /** The pause between two turns. @default 1000 */
  readonly everyMs?: number;
}

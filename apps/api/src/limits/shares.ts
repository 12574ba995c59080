import type { Context } from 'hono';
import type { ApiEnv } from '../deps.ts';
import { senderOf } from './sender.ts';

/** What may be open at the same time. */
export interface SharesOptions {
  readonly total: number;
  readonly perSender: number;
}

/** Takes a share, and returns what gives it up; undefined where there is none for this sender. */
export type TakeShare = (c: Context<ApiEnv>) => (() => void) | undefined;

/** Counts what is open. One sender has at most `perSender`, and one token at most half of all, so that neither uses up what others need. */
export function createShares({ total, perSender }: SharesOptions): TakeShare {
  const open = new Map<string, number>();
  const count = (key: string, by: number): void => {
    const now = (open.get(key) ?? 0) + by;
    if (now === 0) open.delete(key);
    else open.set(key, now);
  };
  return (c) => {
    const { token, sender } = senderOf(c);
    const most = new Map([
      ['', total],
      [`token ${token}`, Math.ceil(total / 2)],
      [`sender ${sender}`, perSender],
    ]);
    for (const [key, limit] of most) if ((open.get(key) ?? 0) >= limit) return undefined;
    for (const key of most.keys()) count(key, 1);
    let isHeld = true;
    return () => {
      if (isHeld) for (const key of most.keys()) count(key, -1);
      isHeld = false;
    };
  };
}

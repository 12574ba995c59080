import type { Signal } from './signals/signal.ts';
import type { PodEvidence, Verdict } from './types.ts';

export type Failed = Extract<Verdict, { readonly type: 'failed' }>;
export type Held = Extract<Verdict, { readonly type: 'held' }>;

export function waiting(code: string, sentence: string): Verdict {
  return { type: 'waiting', code, sentence };
}

export function succeeded(code: string, sentence: string, proven: boolean): Verdict {
  return { type: 'succeeded', code, sentence, proven };
}

export function failed({ code, sentence, evidence }: Pick<Signal, 'code' | 'sentence' | 'evidence'>): Failed {
  return { type: 'failed', code, sentence, blamed: true, ...(evidence && { evidence }) };
}

export function held(code: string, sentence: string, evidence?: PodEvidence): Held {
  return { type: 'held', code, sentence, ...(evidence && { evidence }) };
}

/** `2 pods`, `1 pod`. */
export function count(pods: number): string {
  return `${pods} ${pods === 1 ? 'pod' : 'pods'}`;
}

export function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

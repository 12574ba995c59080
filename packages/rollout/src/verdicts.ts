import type { Signal } from './signals/signal.ts';
import type { PodEvidence, Verdict } from './types.ts';

export type Failed = Extract<Verdict, { readonly type: 'failed' }>;
export type Blocked = Extract<Verdict, { readonly type: 'blocked' }>;

export function waiting(code: string, message: string): Verdict {
  return { type: 'waiting', code, message };
}

export function unproven(code: string, message: string): Verdict {
  return { type: 'unproven', code, message };
}

export function succeeded(code: string, message: string): Verdict {
  return { type: 'succeeded', code, message };
}

export function failed({ code, message, evidence }: Pick<Signal, 'code' | 'message' | 'evidence'>): Failed {
  return { type: 'failed', code, message, blamed: true, ...(evidence && { evidence }) };
}

export function blocked(code: string, message: string, evidence?: PodEvidence): Blocked {
  return { type: 'blocked', code, message, ...(evidence && { evidence }) };
}

/** `2 pods`, `1 pod`. */
export function count(pods: number): string {
  return `${pods} ${pods === 1 ? 'pod' : 'pods'}`;
}

export function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

import type { Signal } from './signal.ts';

/** What a person has to mend comes first, then what ends by itself. */
const HOLDS = [
  'registry-unauthorized',
  'image-refused',
  'quota-exceeded',
  'pods-refused',
  'registry-rate-limited',
  'registry-unreachable',
  'node-trouble',
  'unschedulable',
  'pod-disrupted',
];

interface Clock {
  readonly now: number;
  /** Where a grace starts, unless the pod is younger: when the change was written, or when a hold was noted. */
  readonly since: number;
  readonly deadlineMs: number;
}

/** The failure whose grace is over, of the container that was restarted most; else the first by the pods' order. */
export function dueFault(signals: readonly Signal[], clock: Clock): Signal | undefined {
  return signals
    .filter((signal) => signal.effect === 'fail' && isDue(signal, clock))
    .toSorted((a, b) => (b.evidence?.restarts ?? 0) - (a.evidence?.restarts ?? 0))[0];
}

export function firstHold(signals: readonly Signal[]): Signal | undefined {
  return signals
    .filter(({ effect }) => effect === 'hold')
    .toSorted((a, b) => HOLDS.indexOf(a.code) - HOLDS.indexOf(b.code))[0];
}

function isDue({ graceMs, bornAt = 0 }: Signal, { now, since, deadlineMs }: Clock): boolean {
  return graceMs === 0 || now - Math.max(since, bornAt) >= Math.min(graceMs, deadlineMs);
}

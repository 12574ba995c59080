import type { Signal } from './signal.ts';

/** Causes that a user has to fix come first, then those that end by themselves. */
const blockers = [
  'registry-unauthorized',
  'image-refused',
  'other-image-missing',
  'other-container-config',
  'other-container-failing',
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
  /** Where a grace starts, unless the pod is younger: when the change was written, or when a blocked phase was noted. */
  readonly since: number;
  readonly deadlineMs: number;
}

/** The failure whose grace is over, of the container that was restarted most; else the first by the pods' order. */
export function dueFault(signals: readonly Signal[], clock: Clock): Signal | undefined {
  return signals
    .filter((signal) => signal.effect === 'fail' && isDue(signal, clock))
    .toSorted((a, b) => (b.evidence?.restarts ?? 0) - (a.evidence?.restarts ?? 0))[0];
}

export function firstBlocker(signals: readonly Signal[]): Signal | undefined {
  return signals
    .filter(({ effect }) => effect === 'block')
    .toSorted((a, b) => blockers.indexOf(a.code) - blockers.indexOf(b.code))[0];
}

function isDue({ graceMs, podCreatedAt = 0 }: Signal, { now, since, deadlineMs }: Clock): boolean {
  return graceMs === 0 || now - Math.max(since, podCreatedAt) >= Math.min(graceMs, deadlineMs);
}

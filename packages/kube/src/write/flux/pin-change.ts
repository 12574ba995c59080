import type { WorkloadKey } from '@keelson/core';
import type { Pin } from './pins.ts';

export interface WantedPin extends Pin {
  /** True where an entry in `spec.images` would hit others too, or did not take: then by a patch of this container alone. */
  readonly alone: boolean;
  readonly first: boolean;
}

/** What a workload's entries are to be: those of `dropped` go, those of `wanted` come. Everybody else's stay. */
export interface PinChange {
  readonly workload: WorkloadKey;
  readonly dropped: (container: string) => boolean;
  readonly wanted: readonly WantedPin[];
}

/** Takes out every entry of a workload. */
export function withoutPins({ kind, namespace, name }: WorkloadKey): PinChange {
  return { workload: { kind, namespace, name }, dropped: () => true, wanted: [] };
}

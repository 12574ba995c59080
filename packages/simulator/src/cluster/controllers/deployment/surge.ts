import type { Deployment } from '../../objects/workloads.ts';

/** A number, or a percentage of the whole. */
export function scaled(
  value: number | string | null | undefined,
  whole: number,
  round: (value: number) => number,
): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number') return value;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  return percent === undefined ? 0 : round((Number(percent) * whole) / 100);
}

/** How many pods may be there beyond the wanted ones, and how many may be missing; never both none in a RollingUpdate. */
export function fenceposts({ spec }: Deployment): { surge: number; unavailable: number } {
  const replicas = spec.replicas ?? 1;
  if (spec.strategy?.type === 'Recreate') return { surge: 0, unavailable: 0 };
  const surge = scaled(spec.strategy?.rollingUpdate?.maxSurge, replicas, Math.ceil);
  const unavailable = scaled(spec.strategy?.rollingUpdate?.maxUnavailable, replicas, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, replicas) };
}

import type { Reverted, WorkloadState } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import type { PinDiff } from '../drift/diff-pins.ts';

/**
 * How long Keelson waits before it restores a pin, by how often that was removed within the last hour: at once at first, since a manifest is
 * often just applied again; then less and less often, so that a fight does not restart pods all the time.
 */
const pausesMs: readonly number[] = [0, 1_000, 10_000, 60_000, 300_000];

export function pauseMs(times: number, pauses = pausesMs): number {
  return pauses[Math.min(times, pauses.length) - 1] ?? 0;
}

/** So many times within this time, or within the hour that is counted: somebody removes it whenever it is restored. */
const soonMs = 10 * 60_000;
const timesSoon = 4;
const timesAnHour = 6;

/** Whether a pin is removed again and again (law 9). By time, not by name: clients choose the names of field managers. */
export function isFight({ times, at, recent = [] }: Reverted): boolean {
  return times >= timesAnHour || recent.filter((one) => at - one < soonMs).length >= timesSoon;
}

/** Whether pods would run a quarantined digest without the pin, since that is what the tag means. */
export function meansQuarantined(
  { container, record: { image } }: Pick<PinDiff, 'container' | 'record'>,
  { check, quarantine }: Pick<WorkloadState, 'check' | 'quarantine'>,
): boolean {
  const now = check?.observed.find((seen) => seen.container === container)?.digest;
  return quarantine.some((bad) => bad.container === container && bad.image === image && bad.digest === now);
}

export interface Fight {
  readonly workload: Pick<Workload, 'namespace' | 'owner'>;
  readonly state: Pick<WorkloadState, 'check' | 'quarantine' | 'hold'>;
  readonly missing: readonly PinDiff[];
  /** The pins that were removed, for people. */
  readonly what: string;
  readonly reverted: Reverted;
}

/** Who removes it, what Keelson does about it, and what ends it. */
export function fightMessage({ workload, state, missing, what, reverted }: Fight, policyWorks: boolean): string {
  const { manager, times } = reverted;
  const goesOn = missing.some((pin) => meansQuarantined(pin, state));
  const longest = Math.round(pauseMs(Number.POSITIVE_INFINITY) / 60_000);
  const then = goesOn
    ? `The tag means a quarantined digest, which pods run in between, so Keelson goes on restoring it, at most every ${longest} minutes.`
    : 'Keelson leaves it so.';
  const advice = `Configure ${manager} to leave the pod template's annotations and image to Keelson, or remove the policy`;
  const policy =
    workload.owner.type === 'none' && !policyWorks
      ? ', or install the admission policy of Keelson (infrastructure/keelson-pin), whose pins a manifest that is applied again does not remove'
      : '';
  return `${manager} removed ${what} after Keelson had written it, as happened ${times} times within an hour. ${then} ${advice}${policy}. The next push, or a user who resumes the workload, ends this hold.`;
}

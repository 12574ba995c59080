import type { Rollout, WorkloadState } from '@keelson/history';
import { entriesAgainst } from '@keelson/history';

/** Why nothing of an update is written: its target failed before; undefined where it may be written. */
export function whyQuarantined(
  { kind, changes }: Pick<Rollout, 'kind' | 'changes'>,
  { quarantine }: Pick<WorkloadState, 'quarantine'>,
): string | undefined {
  if (kind !== 'update') return undefined;
  const against = entriesAgainst(quarantine, changes);
  return against.length === 0 ? undefined : against.map(({ message }) => message).join(' ');
}

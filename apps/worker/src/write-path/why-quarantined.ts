import type { Rollout, WorkloadState } from '@keelson/history';

/** Why nothing of an update is written: its target failed before; undefined where it may be written. */
export function whyQuarantined(
  { kind, changes }: Pick<Rollout, 'kind' | 'changes'>,
  { quarantine }: Pick<WorkloadState, 'quarantine'>,
): string | undefined {
  if (kind !== 'update') return undefined;
  const against = quarantine.filter((entry) =>
    changes.some(
      ({ container, image, to }) =>
        container === entry.container && image === entry.image && to.digest === entry.digest,
    ),
  );
  return against.length === 0 ? undefined : against.map(({ message }) => message).join(' ');
}

import { isQuarantined } from '../restrictions/quarantine.ts';
import type { QuarantineEntry } from '../restrictions/types.ts';
import type { Rollout } from './types.ts';

/** Whether a rollout is the rollback from a quarantined digest. Only who says that such a digest may start prevents its write. */
export function leavesQuarantined(
  { kind, changes }: Pick<Rollout, 'kind' | 'changes'>,
  quarantine: readonly QuarantineEntry[],
): boolean {
  return (
    kind === 'rollback' &&
    changes.some(
      ({ container, image, from: { digest } }) =>
        digest !== undefined && isQuarantined(quarantine, { container, image, digest }),
    )
  );
}

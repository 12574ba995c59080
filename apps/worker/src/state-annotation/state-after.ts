import type { Rollout } from '@keelson/history';
import { whenWritten } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import type { SavedState } from './state-text.ts';

/** The state once a rollout's digests are written. It is written into the workload together with them. */
export function stateAfter(
  state: SavedState,
  { changes }: Pick<Rollout, 'changes'>,
  { uid }: Pick<Workload, 'uid'>,
  path: string,
): SavedState {
  const written = { uid, path };
  const moved = changes.map(
    (change) =>
      [change.container, whenWritten(change, state.digests[change.container], state.quarantine, written)] as const,
  );
  return {
    quarantine: state.quarantine,
    ...(state.hold && { hold: state.hold }),
    digests: { ...state.digests, ...Object.fromEntries(moved) },
  };
}

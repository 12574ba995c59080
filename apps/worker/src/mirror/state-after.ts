import type { Rollout, WorkloadState } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import type { Mirrored } from './state-text.ts';

/** What will be known once a rollout's digests are written: it is written into the workload together with them. */
export function stateAfter(
  state: Pick<WorkloadState, 'quarantine' | 'hold' | 'digests'>,
  { changes }: Pick<Rollout, 'changes'>,
  { uid }: Pick<Workload, 'uid'>,
  path: string,
): Mirrored {
  const moved = changes.map(({ container, image, from, to }) => {
    const before = state.digests[container];
    const lastGood = (before?.image === image ? before.lastGood : undefined) ?? from.digest;
    const record = { image, tag: to.tag ?? from.tag ?? '', rolledOut: to.digest, written: { uid, path } };
    return [container, { ...record, ...(lastGood && { lastGood }) }] as const;
  });
  return {
    quarantine: state.quarantine,
    ...(state.hold && { hold: state.hold }),
    digests: { ...state.digests, ...Object.fromEntries(moved) },
  };
}

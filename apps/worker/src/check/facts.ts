import type { QuarantineEntry, WorkloadState } from '@keelson/history';
import { repositoryOf } from '@keelson/image';
import type { ClusterView, Container, FixedCode, Workload } from '@keelson/kube';
import { pinOf } from '@keelson/kube';
import type { ContainerFacts, TrackedContainer } from '@keelson/policy';
import { currentPods } from '../running/current-pods.ts';
import type { Reported } from '../running/reported-by.ts';
import { reportedBy } from '../running/reported-by.ts';

/** With what its pods report, as a registry is asked about it. */
export interface Facts extends ContainerFacts {
  readonly reported: readonly Reported[];
}

/** What is known of one container before the registry is requested: from the manifest, from the cluster, from history. */
export function factsOf(
  view: Pick<ClusterView, 'podsOfNewestRevision'>,
  workload: Workload,
  { name, reference }: TrackedContainer<Container>,
  state: Pick<WorkloadState, 'digests' | 'quarantine' | 'hold' | 'unreadable' | 'active' | 'unproven'>,
  fixed?: FixedCode,
): Facts {
  const { digests: records, quarantine } = state;
  // What somebody keeps reverting does not hold up what is newer.
  const hold = (state.hold?.code === 'reverted' ? undefined : state.hold) ?? unreadableHold(state);
  const pods = currentPods(view.podsOfNewestRevision(workload));
  const reported = reportedBy(pods, name);
  const isOpen = (state.active ?? state.unproven) !== undefined;
  const record = records[name];
  // Digests of another repository or tag say nothing about this one.
  const same = record?.image === repositoryOf(reference) && record.tag === reference.tag;
  const pinned = pinOf(workload, name);
  return {
    name,
    reference,
    ...(pinned !== undefined && { pinned }),
    ...(same && { rolledOut: record.rolledOut, written: record.written !== undefined }),
    ...(fixed !== undefined && { fixed }),
    reported,
    running: reported.map(({ digest }) => digest),
    unsettled: isOpen || state.hold?.code === 'reverted',
    quarantined: quarantine.filter(isAbout(name, repositoryOf(reference))),
    ...(hold && { hold }),
  };
}

/** Restrictions that cannot be read stop what they may forbid. */
function unreadableHold({ unreadable = [] }: Pick<WorkloadState, 'unreadable'>): { message: string } | undefined {
  const message = unreadable
    .filter(({ part }) => part === 'hold' || part === 'quarantine')
    .map((one) => one.message)
    .join(' ');
  return message === '' ? undefined : { message };
}

function isAbout(container: string, image: string): (entry: QuarantineEntry) => boolean {
  return (entry) => entry.container === container && entry.image === image;
}

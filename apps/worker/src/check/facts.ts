import type { QuarantineEntry, WorkloadState } from '@keelson/history';
import { digestOfImageID, repositoryOf } from '@keelson/image';
import type { ClusterView, Container, FixedCode, Workload } from '@keelson/kube';
import { pinOf } from '@keelson/kube';
import type { ContainerFacts, TrackedContainer } from '@keelson/policy';

/** What is known of one container before the registry is requested: from the manifest, from the cluster, from history. */
export function factsOf(
  view: Pick<ClusterView, 'podsOfNewestRevision'>,
  workload: Workload,
  { name, reference }: TrackedContainer<Container>,
  state: Pick<WorkloadState, 'digests' | 'quarantine' | 'hold' | 'unreadable'>,
  fixed?: FixedCode,
): ContainerFacts {
  const { digests: records, quarantine } = state;
  // What somebody keeps reverting does not hold up what is newer.
  const hold = (state.hold?.code === 'reverted' ? undefined : state.hold) ?? unreadableHold(state);
  const pods = view.podsOfNewestRevision(workload).filter(({ deleting }) => !deleting);
  const running = pods.flatMap(
    ({ containers }) => digestOfImageID(containers.find((container) => container.name === name)?.imageID ?? '') ?? [],
  );
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
    running: [...new Set(running)],
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

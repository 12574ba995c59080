import type { QuarantineEntry, WorkloadState } from '@keelson/history';
import { digestOfImageID, repositoryOf } from '@keelson/image';
import type { ClusterView, Container, Workload } from '@keelson/kube';
import { pinOf } from '@keelson/kube';
import type { ContainerFacts, TrackedContainer } from '@keelson/policy';

/** What is known of one container before the registry is requested: from the manifest, from the cluster, from history. */
export function factsOf(
  view: Pick<ClusterView, 'podsOfNewestRevision'>,
  workload: Workload,
  { name, reference }: TrackedContainer<Container>,
  { digests: records, quarantine, hold }: Pick<WorkloadState, 'digests' | 'quarantine' | 'hold'>,
): ContainerFacts {
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
    running: [...new Set(running)],
    quarantined: quarantine.filter(isAbout(name, repositoryOf(reference))),
    // What somebody keeps reverting does not hold up what is newer.
    ...(hold && hold.code !== 'reverted' && { hold }),
  };
}

function isAbout(container: string, image: string): (entry: QuarantineEntry) => boolean {
  return (entry) => entry.container === container && entry.image === image;
}

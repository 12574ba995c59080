import type { QuarantineEntry, WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { digestOfImageID, repositoryOf } from '@keelson/image';
import type { ClusterView, Container, Workload } from '@keelson/kube';
import { pinOf } from '@keelson/kube';
import type { ContainerFacts, TrackedContainer } from '@keelson/policy';

/** What is known of one container before the registry is asked: from git, from the cluster, from what was written down. */
export function factsOf(
  view: Pick<ClusterView, 'podsOfNewestRevision'>,
  workload: Workload,
  { name, image, reference }: TrackedContainer<Container>,
  { digests: records, quarantine, hold }: Pick<WorkloadState, 'digests' | 'quarantine' | 'hold'>,
): ContainerFacts {
  const pods = view.podsOfNewestRevision(workload).filter(({ deleting }) => !deleting);
  const running = pods.map(({ containers }) =>
    digestOfImageID(containers.find((container) => container.name === name)?.imageID ?? ''),
  );
  const known = running.filter((digest): digest is Digest => digest !== undefined);
  const record = records[name];
  // Digests of another repository or tag say nothing about this one.
  const same = record?.image === repositoryOf(reference) && record.tag === reference.tag;
  const pinned = pinOf(workload, name);
  return {
    name,
    image,
    reference,
    ...(pinned !== undefined && { pinned }),
    ...(same && { rolledOut: record.rolledOut }),
    running: [...new Set(known)],
    runningComplete: known.length === pods.length,
    quarantined: quarantine.filter(isAbout(name, repositoryOf(reference))),
    ...(hold && { hold }),
  };
}

function isAbout(container: string, image: string): (entry: QuarantineEntry) => boolean {
  return (entry) => entry.container === container && entry.image === image;
}

import { formatSchedule, keptMessage, workloadIdOf } from '@keelson/core';
import type { ContainerRecord, WorkloadRecord } from '@keelson/history';
import { repositoryOf } from '@keelson/image';
import type { Container, Owner, Workload, Writes } from '@keelson/kube';
import { ownerText } from '@keelson/kube';
import type { Intent, TrackedContainer } from '@keelson/policy';
import { isFollowed, policyText, trackedContainers } from '@keelson/policy';

/** A workload as the API shows it: its intent, the containers that are followed, and all warnings. */
export async function workloadRecord(
  claimed: Workload,
  intent: Intent,
  writes: Pick<Writes, 'pathFor' | 'withOwner'>,
): Promise<WorkloadRecord> {
  const workload = await writes.withOwner(claimed);
  const { tracked, warnings } = trackedContainers(intent, workload.containers);
  const { namespace, kind, name, uid, owner } = workload;
  const followed = tracked.map((container) => container.name);
  const path = await writes.pathFor(workload, 'forward');
  return {
    id: workloadIdOf(workload),
    namespace,
    kind,
    name,
    uid,
    policy: policyText(intent.policy),
    ...(!isFollowed(intent) && { notFollowed: true }),
    trigger: intent.trigger,
    schedule: intent.trigger === 'poll' ? formatSchedule(intent.schedule) : 'on webhook or request',
    ...(intent.trigger === 'poll' && intent.schedule.type === 'every' && { intervalMs: intent.schedule.ms }),
    owner: ownerTextOf(owner),
    writePath: path.name,
    containers: tracked.map(containerRecord),
    // As they are kept, so that a record is not written again because it was masked.
    warnings: [...intent.warnings, ...warnings, ...path.warnings(workload, followed)].map((warning) => ({
      ...warning,
      message: keptMessage(warning.message),
    })),
  };
}

function containerRecord({ name, image, reference }: TrackedContainer<Container>): ContainerRecord {
  const { tag } = reference;
  return { name, image, repository: repositoryOf(reference), ...(tag !== undefined && { tag }) };
}

/** An owner as the API shows it. */
function ownerTextOf(owner: Owner): string {
  switch (owner.type) {
    case 'none':
      return 'none';
    case 'argocd':
      return ['Argo CD', owner.application].filter((word) => word !== undefined).join(' ');
    case 'unknown':
      return `unknown (${ownerText(owner.claimed)}?)`;
    case 'flux-kustomization':
      return `Flux Kustomization ${owner.namespace}/${owner.name}`;
    case 'flux-helmrelease':
      return `Flux HelmRelease ${owner.namespace}/${owner.name}`;
  }
}

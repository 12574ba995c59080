import type { ContainerView, PodEvidence, PodView } from './types.ts';

/** A container, and the pod that it is in. */
interface PodContainer {
  readonly pod: PodView;
  readonly container: ContainerView;
}

/** What a container says about why it does not run: its present state first, then how its last run ended. */
function evidenceOf({ pod, container }: PodContainer): PodEvidence {
  const ended = container.terminated ?? container.lastTerminated;
  const reason = container.waiting?.reason ?? ended?.reason;
  const message = container.waiting?.message ?? ended?.message;
  return {
    pod: pod.name,
    container: container.name,
    restarts: container.restarts,
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message }),
    ...(ended && { exitCode: ended.exitCode }),
  };
}

function containersOf(pods: readonly PodView[]): readonly PodContainer[] {
  return pods.flatMap((pod) => pod.containers.map((container) => ({ pod, container })));
}

/** The first container that is in a crash loop, init containers included. */
export function crashLoop(pods: readonly PodView[]): PodEvidence | undefined {
  const found = containersOf(pods).find(({ container }) => container.waiting?.reason === 'CrashLoopBackOff');
  return found && evidenceOf(found);
}

/** The container that best explains why a revision is not ready: one that waits for a reason, else one that is just not ready. */
export function mostTelling(pods: readonly PodView[]): PodEvidence | undefined {
  const all = containersOf(pods);
  const candidates = [
    ...all.filter(({ container }) => container.init && container.waiting !== undefined),
    ...all.filter(({ container }) => !container.init && !container.ready),
  ];
  const found =
    candidates.find(
      ({ container }) => container.waiting?.reason !== undefined && container.waiting.reason !== 'PodInitializing',
    ) ??
    candidates.find(({ container }) => container.terminated !== undefined) ??
    candidates[0];
  return found && evidenceOf(found);
}

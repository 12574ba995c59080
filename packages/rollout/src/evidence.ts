import type { ContainerView, PodEvidence, PodView } from './types.ts';

/** What a container says about why it does not run: its present state first, then how its last run ended. */
function evidenceOf(pod: PodView, container: ContainerView): PodEvidence {
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

/** The first container that is in a crash loop, init containers included. */
export function crashLoop(pods: readonly PodView[]): PodEvidence | undefined {
  for (const pod of pods) {
    const container = pod.containers.find(({ waiting }) => waiting?.reason === 'CrashLoopBackOff');
    if (container) return evidenceOf(pod, container);
  }
  return undefined;
}

/** The container that best explains why a revision is not ready: one that waits for a reason, else one that is just not ready. */
export function mostTelling(pods: readonly PodView[]): PodEvidence | undefined {
  const unready = pods.flatMap((pod) =>
    pod.containers.filter(({ ready, init }) => !ready && !init).map((container) => ({ pod, container })),
  );
  const initWaiting = pods.flatMap((pod) =>
    pod.containers
      .filter(({ init, waiting }) => init && waiting !== undefined)
      .map((container) => ({ pod, container })),
  );
  const candidates = [...initWaiting, ...unready];
  const found =
    candidates.find(
      ({ container }) => container.waiting?.reason !== undefined && container.waiting.reason !== 'PodInitializing',
    ) ??
    candidates.find(({ container }) => container.terminated !== undefined) ??
    candidates[0];
  return found && evidenceOf(found.pod, found.container);
}

import { clearestEvidence, isStarting } from '../evidence.ts';
import type { PodView, Verdict } from '../types.ts';
import { blocked, seconds } from '../verdicts.ts';

/**
 * The verdict where, after all this time, no container with a changed image has started in these pods: a volume that is not mounted, a node without
 * network, an init container before them that does not end. Nothing of the new images was seen, so they cannot be at fault.
 */
export function notStarted(
  pods: readonly PodView[],
  changed: readonly string[] | undefined,
  sinceMs: number,
): Verdict | undefined {
  const judged = pods.flatMap(({ containers }) =>
    containers.filter(({ name }) => changed === undefined || changed.includes(name)),
  );
  if (!judged.every(isStarting)) return undefined;
  const evidence = clearestEvidence(pods);
  const what = evidence ? ` Pod ${evidence.pod} waits for container ${evidence.container}.` : '';
  return blocked(
    'not-started',
    `${seconds(sinceMs)} have passed, and no container with a new image has started, so none can be judged.${what}`,
    evidence,
  );
}

import type { WorkloadState } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { KubeError } from '@keelson/kube';
import type { Intent } from '@keelson/policy';
import { trackedContainers } from '@keelson/policy';
import { RegistryError } from '@keelson/registry';
import type { Deps } from '../deps.ts';
import { isStuck } from '../is-stuck.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { isRefusal, withPullSecrets } from '../registry-access/with-pull-secrets.ts';
import { currentPods } from '../running/current-pods.ts';
import type { ContainerCheck } from './check-container.ts';
import { checkContainer } from './check-container.ts';
import { digestsThatWork } from './digests-that-work.ts';
import { factsOf } from './facts.ts';

export interface FailedCheck {
  readonly container: string;
  /** As in the pod template: a mirror's answer does not name the requested image. */
  readonly image: string;
  readonly code: string;
  readonly message: string;
  /** Until when no such request is sent, in milliseconds since the epoch. */
  readonly retryAt?: number;
}

export interface WorkloadCheck {
  readonly containers: readonly ContainerCheck[];
  readonly failures: readonly FailedCheck[];
  /** Problems with pull secrets, one sentence each, without duplicates. */
  readonly warnings: readonly string[];
}

export interface WorkloadCheckInput {
  readonly workload: Workload;
  readonly intent: Intent;
  readonly state: WorkloadState;
  readonly notBefore: number;
  readonly signal: AbortSignal;
}

/** The workload with its owner. An entry of Keelson's may be younger than what was read of that, so it is read again before a digest is called git's own. */
async function withProvenOwner(
  { writes }: Pick<Deps, 'writes'>,
  workload: Workload,
  tracked: readonly { readonly name: string }[],
  signal: AbortSignal,
): Promise<Workload> {
  const owned = await writes.withOwner(workload, { signal });
  const isGits = tracked.some(({ name }) => writes.whyFixed(owned, name) === 'pinned-by-digest');
  return isGits ? writes.withOwner(workload, { fresh: true, signal }) : owned;
}

/** Checks every followed container of a workload. A failure of one does not stop the others. */
export async function checkWorkload(
  deps: Deps,
  secrets: PullSecrets,
  input: WorkloadCheckInput,
): Promise<WorkloadCheck> {
  const { workload, intent, state, notBefore, signal } = input;
  const { tracked } = trackedContainers(intent, workload.containers);
  const warnings = new Set<string>();
  // Only beside a digest of git does it matter who owns the workload.
  const hasDigest = tracked.some(({ reference }) => reference.digest !== undefined);
  const owned = hasDigest ? await withProvenOwner(deps, workload, tracked, signal) : workload;
  const pods = currentPods(deps.view.podsOfNewestRevision(workload));
  const failing = pods.some(({ containers }) => containers.some(isStuck));
  const results = await Promise.all(
    tracked.map(async (container): Promise<ContainerCheck | FailedCheck> => {
      let hints: readonly string[] = [];
      try {
        const why = deps.writes.whyFixed(owned, container.name);
        const facts = factsOf(deps.view, workload, container, state, why);
        const about = { named: intent.pullSecret, image: facts.reference };
        return await withPullSecrets(secrets, workload, about, (keyring) => {
          for (const warning of keyring.warnings) warnings.add(warning);
          hints = keyring.hints;
          const working = digestsThatWork(deps.view, workload, container.name);
          const doubtful = state.digests[container.name]?.doubtful === true;
          return checkContainer(deps, { intent, facts, working, doubtful, failing, keyring, notBefore, signal });
        });
      } catch (error) {
        if (!(error instanceof RegistryError || error instanceof KubeError)) throw error;
        const message = [error.message, ...(isRefusal(error) ? hints : [])].join(' ');
        const retryAt = error instanceof RegistryError ? error.retryAt : undefined;
        return {
          container: container.name,
          image: container.image,
          code: error.code,
          message,
          ...(retryAt !== undefined && { retryAt }),
        };
      }
    }),
  );
  return {
    containers: results.filter((one) => 'decision' in one),
    failures: results.filter((one) => 'message' in one),
    warnings: [...warnings],
  };
}

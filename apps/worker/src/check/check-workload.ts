import type { WorkloadState } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { KubeError } from '@keelson/kube';
import type { Intent } from '@keelson/policy';
import { trackedContainers } from '@keelson/policy';
import { RegistryError } from '@keelson/registry';
import type { Deps } from '../deps.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import type { ContainerCheck } from './check-container.ts';
import { look } from './check-container.ts';
import { factsOf } from './facts.ts';

export interface FailedCheck {
  readonly container: string;
  /** As in the pod template: a mirror's answer does not say what was asked for. */
  readonly image: string;
  readonly code: string;
  readonly message: string;
}

export interface WorkloadCheck {
  readonly looks: readonly ContainerCheck[];
  readonly failures: readonly FailedCheck[];
  /** About pull secrets, a sentence each, once. */
  readonly warnings: readonly string[];
}

export interface WorkloadCheckInput {
  readonly workload: Workload;
  readonly intent: Intent;
  readonly state: WorkloadState;
  readonly notBefore: number;
  readonly signal: AbortSignal;
}

/** Look at every followed container of a workload; one that cannot be looked at does not keep the others from being. */
export async function checkWorkload(
  deps: Deps,
  secrets: PullSecrets,
  input: WorkloadCheckInput,
): Promise<WorkloadCheck> {
  const { workload, intent, state, notBefore, signal } = input;
  const { tracked } = trackedContainers(intent, workload.containers);
  const warnings = new Set<string>();
  const seen = await Promise.all(
    tracked.map(async (container): Promise<ContainerCheck | FailedCheck> => {
      try {
        const facts = factsOf(deps.view, workload, container, state);
        const keyring = await secrets.keyring(workload, intent.pullSecret, facts.reference);
        for (const warning of keyring.warnings) warnings.add(warning);
        return await look(deps, { intent, facts, keyring, notBefore, signal });
      } catch (error) {
        if (!(error instanceof RegistryError || error instanceof KubeError)) throw error;
        if (error.code === 'unauthorized') secrets.doubt(workload);
        return { container: container.name, image: container.image, code: error.code, message: error.message };
      }
    }),
  );
  return {
    looks: seen.filter((one) => 'decision' in one),
    failures: seen.filter((one) => 'message' in one),
    warnings: [...warnings],
  };
}

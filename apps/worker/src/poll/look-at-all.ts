import type { WorkloadState } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { KubeError } from '@keelson/kube';
import type { Intent } from '@keelson/policy';
import { trackedContainers } from '@keelson/policy';
import { RegistryError } from '@keelson/registry';
import type { Deps } from '../deps.ts';
import { factsOf } from './facts.ts';
import type { Look } from './look.ts';
import { look } from './look.ts';
import type { PullSecrets } from './pull-secrets.ts';

export interface LookFailure {
  readonly container: string;
  /** As in the pod template: a mirror's answer does not say what was asked for. */
  readonly image: string;
  readonly code: string;
  readonly message: string;
}

export interface Looks {
  readonly looks: readonly Look[];
  readonly failures: readonly LookFailure[];
}

export interface LookAtAllInput {
  readonly workload: Workload;
  readonly intent: Intent;
  readonly state: WorkloadState;
  readonly notBefore: number;
  readonly signal: AbortSignal;
}

/** Look at every followed container of a workload; one that cannot be looked at does not keep the others from being. */
export async function lookAtAll(deps: Deps, secrets: PullSecrets, input: LookAtAllInput): Promise<Looks> {
  const { workload, intent, state, notBefore, signal } = input;
  const looks: Look[] = [];
  const failures: LookFailure[] = [];
  await Promise.all(
    trackedContainers(intent, workload.containers).tracked.map(async (container) => {
      try {
        const facts = factsOf(deps.view, workload, container, state.digests);
        looks.push(await look(deps, secrets, { workload, intent, facts, notBefore, signal }));
      } catch (error) {
        if (!(error instanceof RegistryError || error instanceof KubeError)) throw error;
        if (error.code === 'unauthorized') secrets.doubt(workload);
        failures.push({ container: container.name, image: container.image, code: error.code, message: error.message });
      }
    }),
  );
  return { looks, failures };
}

import { timeoutSignal } from '@keelson/core/wait';
import type { ImageReference } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { readIntent, trackedContainers } from '@keelson/policy';
import type { Credential } from '@keelson/registry';
import type { PullSecrets } from './pull-secrets.ts';

/** A registry that does not answer must not keep a bad image up. */
const PATIENCE_MS = 2_000;

export interface RegistryRequest {
  /** The image that the container follows. */
  readonly reference: ImageReference;
  readonly options: { readonly credentials: readonly Credential[]; readonly signal: AbortSignal };
}

/**
 * Asks registries about a workload's containers while a rollout waits for the answer: how to ask for one, or undefined where its image is not
 * followed. Throws KubeError.
 */
export function quickRequests(
  secrets: PullSecrets,
  workload: Workload,
  signal: AbortSignal,
): (container: string) => Promise<RegistryRequest | undefined> {
  const intent = readIntent(workload);
  const { tracked } = trackedContainers(intent, workload.containers);
  return async (container) => {
    const reference = tracked.find(({ name }) => name === container)?.reference;
    if (!reference) return undefined;
    const { credentials } = await secrets.keyring(workload, intent.pullSecret, reference);
    return { reference, options: { credentials, signal: timeoutSignal(PATIENCE_MS, signal) } };
  };
}

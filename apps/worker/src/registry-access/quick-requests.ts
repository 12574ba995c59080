import { timeoutSignal } from '@keelson/core/wait';
import type { ImageReference } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { readIntent, trackedContainers } from '@keelson/policy';
import type { Keyring, PullSecrets } from './pull-secrets.ts';
import { withPullSecrets } from './with-pull-secrets.ts';

/** A registry that does not answer must not delay the rollback of a bad image. */
const timeoutMs = 2_000;

export interface RegistryRequest {
  /** The image that the container follows. */
  readonly reference: ImageReference;
  readonly options: Pick<Keyring, 'credentials' | 'share'> & { readonly signal: AbortSignal };
}

/**
 * Runs a request about one of the workload's containers, with a short timeout since a rollout waits for it; once more where the pull secrets were
 * refused and have changed. Undefined where the container is not followed.
 *
 * @throws KubeError from the returned function, when the pull secrets cannot be read, and whatever `request` throws
 */
export function quickly(
  secrets: PullSecrets,
  workload: Workload,
  signal: AbortSignal,
): <T>(container: string, request: (needs: RegistryRequest) => Promise<T>) => Promise<T | undefined> {
  const intent = readIntent(workload);
  const { tracked } = trackedContainers(intent, workload.containers);
  return async (container, request) => {
    const reference = tracked.find(({ name }) => name === container)?.reference;
    if (!reference) return undefined;
    const options = { signal: timeoutSignal(timeoutMs, signal) };
    return withPullSecrets(
      secrets,
      workload,
      { named: intent.pullSecret, image: reference },
      ({ credentials, share }) => request({ reference, options: { ...options, credentials, share } }),
    );
  };
}

/**
 * What a registry request about one of the workload's containers needs, with a short timeout since a rollout waits for the answer; undefined
 * where the container is not followed.
 *
 * @throws KubeError from the returned function, when the pull secrets cannot be read
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
    const { credentials, share } = await secrets.keyring(workload, intent.pullSecret, reference);
    return { reference, options: { credentials, share, signal: timeoutSignal(timeoutMs, signal) } };
  };
}

import type { ImageReference } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { RegistryError } from '@keelson/registry';
import type { Keyring, PullSecrets } from './pull-secrets.ts';

/**
 * What `request` returns with the workload's pull secrets for this image. Where the registry refuses them and they were changed since they were
 * read, it runs once more with the new ones.
 *
 * @throws KubeError when the pull secrets cannot be read, and whatever `request` throws
 */
export async function withPullSecrets<T>(
  secrets: PullSecrets,
  workload: Workload,
  { named, image }: { readonly named: string | undefined; readonly image: ImageReference },
  request: (keyring: Keyring) => Promise<T>,
): Promise<T> {
  const keyring = await secrets.keyring(workload, named, image);
  try {
    return await request(keyring);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    secrets.invalidate(workload);
    const fresh = await secrets.keyring(workload, named, image);
    if (fresh.identity === keyring.identity) throw error;
    return request(fresh);
  }
}

/** Whether other credentials may help: registries that hide private images answer that they do not exist. */
export function isRefusal(error: unknown): boolean {
  return error instanceof RegistryError && (error.code === 'unauthorized' || error.code === 'not-found');
}

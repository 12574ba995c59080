import { createHash } from 'node:crypto';
import type { Digest, ImageReference } from '@keelson/image';
import { parseDigest, repositoryOf } from '@keelson/image';
import type { SingleFlight } from '@keelson/queue';
import type { RegistryClient } from '@keelson/registry';
import { RegistryError } from '@keelson/registry';
import type { Keyring } from '../registry-access/pull-secrets.ts';

export interface ObserveInput {
  readonly image: ImageReference;
  readonly keyring: Pick<Keyring, 'credentials' | 'identity'>;
  /** An observation that was started before this time is too old. Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly signal: AbortSignal;
}

/** At most one HEAD of an image and tag in this time, however many checks need it: all that a storm of forged webhooks costs (law 2). */
const minGapMs = 1_000;
const lockMs = 20_000;
const keepMs = 10 * 60_000;

/**
 * The digest that a tag means now. One request is shared by all workloads and workers that need it in the same interval (law 10).
 *
 * @throws RegistryError
 */
export async function observe(
  { registry, singleFlight }: { readonly registry: RegistryClient; readonly singleFlight: SingleFlight },
  { image, keyring, notBefore, signal }: ObserveInput,
): Promise<Digest> {
  let requested = false;
  const request = async () => {
    requested = true;
    return (await registry.observe(image, { credentials: keyring.credentials, signal })).digest;
  };
  const share = async (key: string) => {
    const options = { notBefore, minGapMs, lockMs, keepMs, signal };
    return parseDigest((await singleFlight.run(key, options, request)).value);
  };
  const key = `${repositoryOf(image)}:${image.tag ?? ''}`;
  try {
    return await share(key);
  } catch (error) {
    // Another workload's wrong or missing pull secret must not stop this one from using its own.
    if (requested || keyring.identity === '' || !mayBeCredentials(error)) throw error;
    const own = createHash('sha256').update(keyring.identity).digest('hex').slice(0, 12);
    return share(`${key}|${own}`);
  }
}

/** Registries that hide private images answer that they do not exist. */
function mayBeCredentials(error: unknown): boolean {
  return error instanceof RegistryError && (error.code === 'unauthorized' || error.code === 'not-found');
}

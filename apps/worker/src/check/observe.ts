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
  /** An observation that was started before this moment is too old. */
  readonly notBefore: number;
  readonly signal: AbortSignal;
}

/** However many ask, one HEAD of an image and tag in this time: what a storm of forged webhooks costs (law 2). */
const MIN_GAP_MS = 1_000;
const LOCK_MS = 20_000;
const KEEP_MS = 10 * 60_000;

/** One look at a tag, shared by all workloads and workers that ask for it in the same interval (law 10). */
export async function observe(
  { registry, flight }: { readonly registry: RegistryClient; readonly flight: SingleFlight },
  { image, keyring, notBefore, signal }: ObserveInput,
): Promise<Digest> {
  let asked = false;
  const look = async () => {
    asked = true;
    return (await registry.observe(image, { credentials: keyring.credentials, signal })).digest;
  };
  const share = async (key: string) => {
    const options = { notBefore, minGapMs: MIN_GAP_MS, lockMs: LOCK_MS, keepMs: KEEP_MS, signal };
    return parseDigest((await flight.run(key, options, look)).value);
  };
  const key = `${repositoryOf(image)}:${image.tag ?? ''}`;
  try {
    return await share(key);
  } catch (error) {
    // Another workload's wrong or missing pull secret must not keep this one from looking with its own.
    if (asked || keyring.identity === '' || !mayBeOfCredentials(error)) throw error;
    const own = createHash('sha256').update(keyring.identity).digest('hex').slice(0, 12);
    return share(`${key}|${own}`);
  }
}

/** Registries that hide what one may not see say that it is not there. */
function mayBeOfCredentials(error: unknown): boolean {
  return error instanceof RegistryError && (error.code === 'unauthorized' || error.code === 'not-found');
}

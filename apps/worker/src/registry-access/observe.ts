import { createHash } from 'node:crypto';
import type { Digest, ImageReference } from '@keelson/image';
import { parseDigest, repositoryOf } from '@keelson/image';
import type { SingleFlight } from '@keelson/queue';
import type { RegistryClient } from '@keelson/registry';
import type { Keyring } from './pull-secrets.ts';

export interface ObserveInput {
  /** With a digest and no tag: whether the registry still has that digest. */
  readonly image: ImageReference;
  readonly keyring: Pick<Keyring, 'credentials' | 'identity' | 'share'>;
  /** An observation that was started before this time is too old. Milliseconds since the epoch. */
  readonly notBefore: number;
  /** How long others may use the answer, in milliseconds. @default ten minutes */
  readonly keepMs?: number;
  readonly signal: AbortSignal;
}

/** At most one HEAD of an image and tag in this time, however many checks need it: all that a storm of forged webhooks costs (law 2). */
const minGapMs = 1_000;
const lockMs = 20_000;
const tenMinutesMs = 10 * 60_000;

/**
 * The digest that a tag means now. One request is shared by all workloads and workers that need it in the same interval and have the same
 * credentials (law 10): what a registry grants to one, another one may not see, and what it refuses to one, another one may have.
 *
 * @throws RegistryError
 */
export async function observe(
  { registry, singleFlight }: { readonly registry: RegistryClient; readonly singleFlight: SingleFlight },
  { image, keyring: { credentials, identity, share }, notBefore, keepMs = tenMinutesMs, signal }: ObserveInput,
): Promise<Digest> {
  const request = async () => (await registry.observe(image, { credentials, share, signal })).digest;
  const options = { notBefore, minGapMs, lockMs, keepMs, share, signal };
  return parseDigest((await singleFlight.run(flightKeyOf(image, identity), options, request)).value);
}

/** Equal for requests of one image whose answer may be shared. */
export function flightKeyOf(image: ImageReference, identity: string): string {
  const reference = image.tag === undefined ? `@${image.digest ?? ''}` : `:${image.tag}`;
  const key = `${repositoryOf(image)}${reference}`;
  return identity === '' ? key : `${key}|${createHash('sha256').update(identity).digest('hex').slice(0, 32)}`;
}

import type { Digest } from '@keelson/image';
import { shortDigest } from '@keelson/image';
import type { ContainerFacts, Decision, Intent } from '@keelson/policy';
import { decide } from '@keelson/policy';
import type { ImageDescription } from '@keelson/registry';
import type { Deps } from '../deps.ts';
import type { Keyring } from '../registry-access/pull-secrets.ts';
import { observe } from './observe.ts';

/** What looking at one container's tag came to. */
export interface ContainerCheck {
  readonly facts: ContainerFacts;
  readonly digest: Digest;
  readonly decision: Decision;
  /** The new image, when it is to be rolled out; and the old one, where the registry still has it. */
  readonly to?: ImageDescription;
  readonly from?: ImageDescription;
}

export interface ContainerCheckInput {
  readonly intent: Intent;
  readonly facts: ContainerFacts;
  readonly keyring: Pick<Keyring, 'credentials' | 'identity'>;
  readonly notBefore: number;
  readonly signal: AbortSignal;
}

/** Look at one container's tag and decide. Throws RegistryError. */
export async function look(
  deps: Pick<Deps, 'registry' | 'flight'>,
  { intent, facts, keyring, notBefore, signal }: ContainerCheckInput,
): Promise<ContainerCheck> {
  const image = facts.reference;
  // A digest without a tag can never move: there is nothing to ask.
  if (image.tag === undefined && image.digest) {
    return { facts, digest: image.digest, decision: decide(facts, intent, { digest: image.digest }) };
  }
  const digest = await observe(deps, { image, keyring, notBefore, signal });
  const describe = (of: Digest) => deps.registry.describe(image, of, { credentials: keyring.credentials, signal });

  let decision = decide(facts, intent, { digest });
  if (decision.action === 'need-related-digests') {
    decision = decide(facts, intent, { digest, relatedDigests: (await describe(digest)).relatedDigests });
  }
  if (decision.action === 'need-related-digests') {
    throw new Error(`No decision for ${facts.name} with the family of ${shortDigest(digest)}.`);
  }
  if (decision.action !== 'roll-out') return { facts, digest, decision };

  const old = decision.move?.from;
  // The new one must be there whole before anything is written; the old one only makes the history richer.
  const [to, from] = await Promise.all([describe(digest), old && describe(old).catch(() => undefined)]);
  return { facts, digest, decision, to, ...(from && { from }) };
}

import type { Digest } from '@keelson/image';
import { shortDigest } from '@keelson/image';
import type { ContainerFacts, Decision, Intent } from '@keelson/policy';
import { decide } from '@keelson/policy';
import type { ImageDescription } from '@keelson/registry';
import type { Deps } from '../deps.ts';
import { observe } from '../registry-access/observe.ts';
import type { Keyring } from '../registry-access/pull-secrets.ts';

/** The result of checking the tag of one container. */
export interface ContainerCheck {
  readonly facts: ContainerFacts;
  readonly digest: Digest;
  readonly decision: Decision;
  /** The new image, when it is to be rolled out; the old one too, where the registry still has it. */
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

/**
 * Reads from the registry what the tag of one container means now, and decides.
 *
 * @throws RegistryError
 */
export async function checkContainer(
  deps: Pick<Deps, 'registry' | 'singleFlight'>,
  { intent, facts, keyring, notBefore, signal }: ContainerCheckInput,
): Promise<ContainerCheck> {
  const image = facts.reference;
  // A digest without a tag never moves: no request is needed.
  if (image.tag === undefined && image.digest) {
    return { facts, digest: image.digest, decision: decide(facts, intent, { digest: image.digest }) };
  }
  const digest = await observe(deps, { image, keyring, notBefore, signal });
  const describe = async (of: Digest): Promise<ImageDescription> => {
    const options = { credentials: keyring.credentials, signal };
    const description = await deps.registry.describe(image, of, options);
    const related = description.relatedDigests;
    if (facts.running.every((running) => related.includes(running))) return description;
    // Runtimes may report a config, which only the manifest of its platform names.
    const configs = await deps.registry.configDigests(image, of, options);
    return { ...description, relatedDigests: [...new Set([...related, ...configs.digests])] };
  };

  let decision = decide(facts, intent, { digest });
  if (decision.action === 'need-related-digests') {
    decision = decide(facts, intent, { digest, relatedDigests: (await describe(digest)).relatedDigests });
  }
  if (decision.action === 'need-related-digests') {
    throw new Error(`No decision for ${facts.name} with the related digests of ${shortDigest(digest)}.`);
  }
  if (decision.action !== 'roll-out') return { facts, digest, decision };

  const old = decision.move?.from;
  // The new image must be complete before anything is written; the old one only adds details to the history.
  const [to, from] = await Promise.all([describe(digest), old && describe(old).catch(() => undefined)]);
  return { facts, digest, decision, to, ...(from && { from }) };
}

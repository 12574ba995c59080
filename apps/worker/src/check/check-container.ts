import type { Digest } from '@keelson/image';
import { shortDigest } from '@keelson/image';
import type { ContainerFacts, Decision, Intent } from '@keelson/policy';
import { decide } from '@keelson/policy';
import type { ImageDescription } from '@keelson/registry';
import type { Deps } from '../deps.ts';
import { observe } from '../registry-access/observe.ts';
import type { Keyring } from '../registry-access/pull-secrets.ts';
import { compareImages } from '../running/same-image.ts';
import type { Facts } from './facts.ts';

/** The result of checking the tag of one container. */
export interface ContainerCheck {
  readonly facts: ContainerFacts;
  readonly digest: Digest;
  readonly decision: Decision;
  /** The new image, when it is to be rolled out; the old one too, where the registry still has it. */
  readonly to?: ImageDescription;
  readonly from?: ImageDescription;
  /** Whether healthy pods are known to run what the workload has, which is the old image where a new one is to be rolled out. Absent: it never moves. */
  readonly works?: boolean;
}

export interface ContainerCheckInput {
  readonly intent: Intent;
  readonly facts: Facts;
  /** The digests that healthy pods report. */
  readonly working: readonly Digest[];
  /** Whether no healthy pod was seen to run what the workload has. */
  readonly doubtful: boolean;
  /** Whether a pod of the workload is stuck in an error. */
  readonly failing: boolean;
  readonly keyring: Pick<Keyring, 'credentials' | 'identity' | 'share'>;
  readonly notBefore: number;
  readonly signal: AbortSignal;
}

/**
 * Reads from the registry what the tag of one container means now, and decides.
 *
 * @throws RegistryError
 */
export async function checkContainer(
  deps: Pick<Deps, 'registry' | 'singleFlight' | 'now'>,
  { intent, facts, working, doubtful, failing, keyring, notBefore, signal }: ContainerCheckInput,
): Promise<ContainerCheck> {
  const image = facts.reference;
  // A digest without a tag never moves: no request is needed.
  if (image.tag === undefined && image.digest) {
    return { facts, digest: image.digest, decision: decide(facts, intent, { digest: image.digest }) };
  }
  const options = { credentials: keyring.credentials, share: keyring.share, signal };
  const read = (of: Digest) => deps.registry.describe(image, of, options);
  /** Whether pods report what is none of these images. */
  const isUnknown = (...images: readonly (ImageDescription | undefined)[]): boolean =>
    [...facts.running, ...working].some((running) => !images.some((one) => one?.relatedDigests.includes(running)));
  /** Runtimes may report a config, which only the manifest of its platform names: a request for each. */
  const withConfigs = async (of: Digest, description: ImageDescription): Promise<ImageDescription> => {
    const { digests } = await deps.registry.configDigests(image, of, options);
    return { ...description, relatedDigests: [...new Set([...description.relatedDigests, ...digests])] };
  };
  const describe = async (of: Digest): Promise<ImageDescription> => {
    const description = await read(of);
    return isUnknown(description) ? withConfigs(of, description) : description;
  };

  /** Those of the running digests that are this image by another name. */
  const relatedTo = async (written: Digest): Promise<readonly Digest[]> => {
    // What cannot be compared is no reason to write again what the workload has.
    const hasAny = hadBefore({ facts }) !== undefined;
    const alike = facts.reported.map(async ({ digest: reported, isConfig }) => {
      const compared = await compareImages(
        deps.registry,
        { reference: image, options },
        { written, reported, isConfig },
      );
      return compared === 'same' || (compared !== 'another' && hasAny) ? [reported] : [];
    });
    return (await Promise.all(alike)).flat();
  };
  const look = async (since: number): Promise<{ readonly digest: Digest; readonly decision: Decision }> => {
    const digest = await observe(deps, { image, keyring, notBefore: since, signal });
    const first = decide(facts, intent, { digest });
    if (first.action !== 'need-related-digests') return { digest, decision: first };
    const decision = decide(facts, intent, { digest, relatedDigests: await relatedTo(digest) });
    if (decision.action !== 'need-related-digests') return { digest, decision };
    throw new Error(`No decision for ${facts.name} with the related digests of ${shortDigest(digest)}.`);
  };

  let found = await look(notBefore);
  // Others' answer may be older than the pods, which then pulled a newer push.
  if (found.decision.code === 'running-another-digest') found = await look(deps.now());
  const { digest, decision } = found;
  if (decision.action !== 'roll-out') {
    const asks = decision.action === 'adopt' || doubtful;
    const works = asks && (await runs(working, digest, () => describe(digest)));
    // Which pods run what the workload has, and which pulled a push by themselves: it waits for a hold to end, or this answer is older than it.
    const had = decision.code === 'on-hold' || failing ? hadBefore({ facts }) : undefined;
    const isOneUnknown = facts.running.some((running) => running !== had);
    const from = had && isOneUnknown ? await describe(had).catch(() => undefined) : undefined;
    return { facts, digest, decision, works, ...(from && { from }) };
  }

  const old = decision.move?.from;
  // The new image must be complete before anything is written; the old one only adds details to the history.
  const images = await Promise.all([read(digest), old && read(old).catch(() => undefined)]);
  const [pushed, replaced] = images;
  const [to, from] = isUnknown(...images)
    ? await Promise.all([
        withConfigs(digest, pushed),
        old && replaced && withConfigs(old, replaced).catch(() => undefined),
      ])
    : images;
  const works = old !== undefined && (await runs(working, old, async () => from));
  return { facts, digest, decision, to, ...(from && { from }), works };
}

interface HasFacts {
  readonly facts: Pick<ContainerFacts, 'pinned' | 'rolledOut'>;
}

/** The digest that the workload has according to its manifest, else according to the history. */
export function hadBefore({ facts: { pinned, rolledOut } }: HasFacts): Digest | undefined {
  return pinned ?? rolledOut;
}

/** Whether one of the digests that pods report is this image. Where the registry does not say, it is not known to be. */
async function runs(
  reported: readonly Digest[],
  digest: Digest,
  describe: () => Promise<ImageDescription | undefined>,
): Promise<boolean> {
  if (reported.length === 0 || reported.includes(digest)) return reported.length > 0;
  const description = await describe().catch(() => undefined);
  return reported.some((one) => description?.relatedDigests.includes(one));
}

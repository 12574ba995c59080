import { fluxKinds, isFluxOwner } from '../owner/flux-kinds.ts';
import { ownerText } from '../owner/owner-text.ts';
import type { Container, FluxOwner, Workload } from '../types.ts';
import { nameOf } from './find-container.ts';
import { digestOf } from './image-text.ts';
import { isPinnedByUs } from './pins.ts';
import type { FixedCode, PinPolicy } from './types.ts';
import type { Warn } from './warnings.ts';

/**
 * Why no new digest can reach the pods of a container; undefined where one can. The workload has its proven owner.
 *
 * Without a policy that replaces digests, a pin annotation only restarts pods, which pull the tag: where git names a digest they run that one again.
 */
export function whyFixed(workload: Workload, container: string, pinPolicy: PinPolicy): FixedCode | undefined {
  const found = workload.containers.find(({ name }) => name === container);
  if (found === undefined) return undefined;
  if (found.imagePullPolicy === 'Never') return 'image-never-pulled';
  if (workload.owner.type === 'none' || digestOf(found.image) === undefined) return undefined;
  const entryOwner = pinnedByEntryIn(workload, found);
  if (isPinnedByUs(workload, container) || (entryOwner && !entryOwner.readOnly)) return undefined;
  const isReplaced = pinPolicy.replacesDigests && pinPolicy.worksIn(workload.namespace);
  return isReplaced ? undefined : 'pinned-by-digest';
}

/** The owner whose entry of Keelson's gives a container its digest, applied to an object that bears no other sign of it. */
function pinnedByEntryIn({ owner }: Workload, { name, image }: Container): FluxOwner | undefined {
  if (!isFluxOwner(owner) || owner.pins?.[name] === undefined) return undefined;
  return owner.pins[name] === digestOf(image) ? owner : undefined;
}

/** A warning for each followed container that no new digest can reach. */
export function fixedWarnings(
  workload: Workload,
  followed: readonly string[] | undefined,
  pinPolicy: PinPolicy,
): ReturnType<Warn> {
  const names = workload.containers.filter(({ name, init }) => followed?.includes(name) ?? !init);
  return names.flatMap(({ name }) => {
    const code = whyFixed(workload, name, pinPolicy);
    return code === undefined ? [] : [{ code, message: messages[code](name, workload) }];
  });
}

const messages: Readonly<Record<FixedCode, (container: string, workload: Workload) => string>> = {
  'image-never-pulled': (container, workload) =>
    `No push reaches container "${container}" of ${nameOf(workload)}: its imagePullPolicy is Never, so no node pulls an image. Set imagePullPolicy: Always for it in git.`,
  'pinned-by-digest': (container, workload) => pinnedMessage(container, workload),
};

function pinnedMessage(container: string, workload: Workload): string {
  const found = workload.containers.find(({ name }) => name === container);
  const entryOwner = found && pinnedByEntryIn(workload, found);
  const policy = 'install the admission policy of Keelson (infrastructure/keelson-pin), which replaces it in pods.';
  const what = `No push reaches container "${container}" of ${nameOf(workload)}:`;
  if (entryOwner === undefined)
    return `${what} git names its image with a digest, which the owner restores. Remove the digest in git, or ${policy}`;
  return `${what} an entry of an earlier rollback in ${ownerText(entryOwner)} gives it a digest, and Keelson may no longer write there. Grant it the verb patch on ${fluxKinds[entryOwner.type].plural} in namespace ${entryOwner.namespace} again, remove the entry, or ${policy}`;
}

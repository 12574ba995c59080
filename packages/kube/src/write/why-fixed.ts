import { isFluxOwner } from '../owner/flux-kinds.ts';
import type { Container, Workload } from '../types.ts';
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
  if (isPinnedByUs(workload, container) || isPinnedByEntry(workload, found)) return undefined;
  const isReplaced = pinPolicy.replacesDigests && pinPolicy.worksIn(workload.namespace);
  return isReplaced ? undefined : 'pinned-by-digest';
}

/** Whether the digest is there by an entry of Keelson's, which the owner applied to an object that bears no other sign of it. */
function isPinnedByEntry({ owner }: Workload, { name, image }: Container): boolean {
  const pins = isFluxOwner(owner) ? owner.pins : undefined;
  return pins?.[name] !== undefined && pins[name] === digestOf(image);
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
  'pinned-by-digest': (container, workload) =>
    `No push reaches container "${container}" of ${nameOf(workload)}: git names its image with a digest, which the owner restores. Remove the digest in git, or install the admission policy of Keelson (infrastructure/keelson-pin), which replaces it in pods.`,
};

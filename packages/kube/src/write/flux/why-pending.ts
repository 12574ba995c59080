import type { Workload } from '../../types.ts';
import { nameOf } from '../find-container.ts';
import { spelledByAuthor } from '../pins.ts';
import { overridingImage } from './image-entries.ts';
import type { Kustomization } from './kustomization.ts';
import type { Proof } from './proof.ts';
import type { Request } from './request.ts';

export const advice = 'Install the admission policy of Keelson (infrastructure/keelson-pin), which needs none of that.';

/** Flux that has not answered for so long is said to be silent. */
const silentMs = 60_000;

/** Why an image that Flux reverted says nothing about the entry. */
export function byOldPass(text: string): string {
  return `A reconciliation of ${text} that had begun before Keelson changed it reverted the image.`;
}

/** Why Flux has not answered yet, once it is late. */
export function unanswered({ suspended }: Kustomization, request: Request, text: string, now: number) {
  const first = Date.parse(request.values[0]?.slice(0, 24) ?? '');
  if (suspended || !(now - first > silentMs)) return undefined;
  return {
    code: 'flux-silent',
    message: `Flux has not reconciled ${text} since Keelson changed it. The verdict waits for that.`,
  };
}

/** What keeps Flux from applying the entry, for as long as it stays there. */
export function notApplied({ suspended }: Kustomization, { failure }: Proof, text: string) {
  if (suspended) {
    return {
      code: 'flux-suspended',
      message: `${text} is suspended, so Flux has not applied the entry that pins the image. The verdict waits until it is resumed.`,
    };
  }
  if (failure === undefined) return undefined;
  return {
    code: 'flux-not-ready',
    message: `Flux does not apply ${text}, which keeps the entry that pins the image. Flux says: ${failure.reason}: ${failure.message}`,
  };
}

/** Flux' message where the entry itself breaks the Kustomization: the same revision was built and applied before it was written. */
export function broken(
  { lastAttemptedRevision, suspended }: Kustomization,
  { failure }: Proof,
  { built }: Request,
  object: string,
): string | undefined {
  if (failure === undefined || suspended || built === undefined || built !== lastAttemptedRevision) return undefined;
  const isOurs = failure.reason === 'BuildFailed' || failure.message.includes(object);
  return isOurs ? failure.message : undefined;
}

/** Why no entry of Keelson's is there, although one was written, or none could be. */
export function whyGone(read: Kustomization, workload: Workload): string {
  const key = `${read.namespace}/${read.name}`;
  for (const { name, image } of workload.containers) {
    const by = overridingImage(read, spelledByAuthor(workload, name, image));
    if (by === undefined) continue;
    return `Kustomization ${key} sets image "${by}" itself, in spec.images, which reverts every digest that is written there for ${nameOf(workload)}. ${advice}`;
  }
  const owner = read.patchesOwner ?? read.imagesOwner;
  const who = owner === undefined ? '' : `, which ${owner} writes`;
  return `The entry that pins the image of ${nameOf(workload)} is gone from Kustomization ${key}${who}: Flux will apply the image that git names. ${advice}`;
}

import type { KubeHttp } from '../../http/request.ts';
import { pinAnnotation } from '../../keys.ts';
import type { Workload } from '../../types.ts';
import type { Kustomization } from '../flux/kustomization.ts';
import { proofOf } from '../flux/proof.ts';
import type { Request } from '../flux/request.ts';
import { readRequest } from '../flux/request.ts';
import { byOldPass } from '../flux/why-pending.ts';
import { forgetRequest, requestAgain } from '../flux/write-pins.ts';
import { digestOf } from '../image-text.ts';
import { annotatedDigest } from '../pins.ts';
import type { WriteConfirmation } from '../types.ts';
import type { HelmReleaseKey } from './helm-release.ts';
import { nameOfRelease } from './helm-release.ts';
import { readInOrder } from './read-in-order.ts';

/** Flux is asked once more where it has not answered for so long. */
const askAgainMs = 30_000;

/**
 * Whether no pass can apply the removed entry any more: one that read the HelmRelease without it has begun, and passes of one release never overlap. A
 * suspended one applies nothing. Where a Kustomization added the entry, one of its passes has to have taken it out of the HelmRelease before. What an
 * older pass wrote back until then has to be written again.
 */
export async function confirmRemoval(
  http: KubeHttp,
  key: HelmReleaseKey,
  {
    workload,
    now,
    signal,
  }: { readonly workload: Workload; readonly now: number; readonly signal: AbortSignal | undefined },
): Promise<WriteConfirmation> {
  const read = await readInOrder(http, key, workload, signal);
  if (read === undefined) return { outcome: 'ok' };
  const { release, through, live } = read;
  const text = nameOfRelease(key);
  if (hasOldDigest(live)) return { outcome: 'again', message: `${byOldPass(text)} It is written again.` };
  const request = through && readRequest(through);
  if (through !== undefined && request !== undefined) {
    const waits = whyStillThere(through, request, text);
    // A change by others is a generation of its own, of which nothing is known; and others may have replaced the request.
    const isUnknown = request.generation !== through.generation && !through.suspended;
    if (isUnknown || (waits && now - request.at >= askAgainMs))
      await requestAgain(http, through, { skips: false, now }, signal);
    if (waits !== undefined) return { outcome: 'pending', ...waits };
  }
  if (!release.suspended && release.status.lastAttemptedGeneration < release.generation) {
    return { outcome: 'pending', message: `${text} has not been upgraded without the removed entry yet.` };
  }
  if (through !== undefined) await forgetRequest(http, through, signal);
  return { outcome: 'ok' };
}

/** Why the HelmRelease may still have the entry, or get it once more, though it is gone from the Kustomization. */
function whyStillThere(through: Kustomization, request: Request, release: string) {
  const { applied, failure } = proofOf(through, request);
  if (applied) return undefined;
  const owner = `Kustomization ${through.namespace}/${through.name}`;
  const message = `${owner} has not taken the removed entry out of ${release} yet.`;
  if (through.suspended) return { code: 'flux-suspended', message: `${message} It is suspended.` };
  if (failure === undefined) return { message };
  return { code: 'flux-not-ready', message: `${message} Flux says: ${failure.reason}: ${failure.message}` };
}

/** Whether an image has the digest of an entry that was removed, while its annotation has the next one. */
function hasOldDigest({ containers, templateAnnotations }: Workload): boolean {
  return containers.some(({ name, image }) => {
    const next = annotatedDigest(templateAnnotations[pinAnnotation(name)]);
    const digest = digestOf(image);
    return next !== undefined && digest !== undefined && digest !== next;
  });
}

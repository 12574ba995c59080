import type { HelmRelease } from './helm-release.ts';
import { nameOfRelease } from './helm-release.ts';
import { postRenderersDigest } from './post-renderers-digest.ts';

/**
 * What helm-controller says about `spec.postRenderers` as the HelmRelease has them now. `pending`: no pass has used them, or it is not known; until then
 * an older pass may still revert an image. `rolled-back`: a pass used them and failed, and Helm went back to the version before.
 */
export type ReleaseProof =
  | { readonly state: 'proven' }
  | { readonly state: 'pending'; readonly code?: string; readonly message: string }
  | { readonly state: 'rolled-back'; readonly message: string };

/** Reasons of Ready that say how a release was remediated. */
const remediated = new Set(['RollbackSucceeded', 'RollbackFailed', 'UninstallSucceeded', 'UninstallFailed']);

/** helm-controller that has said nothing new for so long is said to be silent. */
const silentMs = 60_000;

/**
 * All of it has to be there together. A suspended HelmRelease says that it observed a generation which it never used; the digest of the
 * post-renderers is that of a failed upgrade too; and after a remediation a later pass says Ready, although the cluster has the version before.
 */
export function proofOf(release: HelmRelease, now: number): ReleaseProof {
  const { generation, postRenderers, suspended, status } = release;
  const text = nameOfRelease(release);
  if (suspended) {
    const message = `${text} is suspended, so Flux has not upgraded it with the entry that pins the image. The verdict waits until it is resumed.`;
    return { state: 'pending', code: 'flux-suspended', message };
  }
  const { observedGeneration, lastAttemptedGeneration, ready, newest } = status;
  const said = ready?.message ? ` Flux says: ${ready.reason}: ${ready.message}` : '';
  const isUsed = lastAttemptedGeneration === generation;
  if (!isUsed || ready?.status === 'Unknown') return waiting(release, now, said);
  const isBack = newest?.action === 'rollback' || (status.namesActions && newest?.action === undefined);
  if (isBack || (ready !== undefined && remediated.has(ready.reason))) {
    return { state: 'rolled-back', message: `An upgrade of ${text} failed, and Helm rolled it back.${said}` };
  }
  // The tests of a chart come after its upgrade, which their failure leaves as it is where Helm does not roll back.
  const isUpgraded = ready?.status === 'True' || ready?.reason === 'TestFailed';
  if (!isUpgraded || newest?.status !== 'deployed') {
    const message = `Flux does not upgrade ${text}, which keeps the entry that pins the image.${said}`;
    return { state: 'pending', code: 'flux-not-ready', message };
  }
  const isObserved = observedGeneration === generation;
  const isRendered = status.observedPostRenderersDigest === postRenderersDigest(postRenderers);
  return isObserved && isRendered ? { state: 'proven' } : waiting(release, now, said);
}

function waiting(release: HelmRelease, now: number, said: string): ReleaseProof {
  const message = `Flux has not upgraded ${nameOfRelease(release)} since Keelson changed it. The verdict waits for that.${said}`;
  const isSilent = now - release.requestedAt > silentMs;
  return { state: 'pending', message, ...(isSilent && { code: 'flux-silent' }) };
}

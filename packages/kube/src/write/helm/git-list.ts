import { isDeepStrictEqual } from 'node:util';
import type { Kustomization } from '../flux/kustomization.ts';
import { addedThrough } from '../flux/patch-entries.ts';
import { proofOf } from '../flux/proof.ts';
import type { ReleaseKey } from '../flux/release-list.ts';
import { hasList, listPath } from '../flux/release-list.ts';
import { readRequest } from '../flux/request.ts';
import type { HelmRelease } from './helm-release.ts';

/**
 * Whether Keelson's patches, which add to a list that git had, may be why Flux cannot build the Kustomization: git has no list any more. Flux names
 * the path in its message, not the object; but as long as that lasts, nothing of the Kustomization is applied.
 */
export function mayLackList(through: Kustomization, release: ReleaseKey): boolean {
  const request = readRequest(through);
  const failure = request && proofOf(through, request).failure;
  if (failure?.reason !== 'BuildFailed' || !failure.message.includes(`${listPath}/-`)) return false;
  return addedThrough(through, release).length > 0 && !hasList(through.patches, release);
}

/** The list of git's as Flux last applied it. */
export function appliedList(through: Kustomization, release: HelmRelease): readonly unknown[] {
  const added = addedThrough(through, release);
  return (release.postRenderers ?? []).filter((entry) => !added.some((own) => isDeepStrictEqual(own, entry)));
}

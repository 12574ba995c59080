import { workloadIdOf } from '@keelson/core';
import { shortDigest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { ownPinsOf, stateKey } from '@keelson/kube';
import { readStateText } from '../state-annotation/state-text.ts';

/** A warning for each pin of a workload that Keelson no longer follows, as far as a quarantined digest may start without it. */
export function stillPinned(workload: Workload): readonly { readonly code: string; readonly message: string }[] {
  const quarantine = readStateText(workloadIdOf(workload), workload.annotations[stateKey])?.quarantine ?? [];
  return ownPinsOf(workload).flatMap(({ container, image, digest }) => {
    const failed = quarantine.filter((entry) => entry.container === container && entry.digest !== digest);
    if (failed.length === 0) return [];
    const digests = failed.map((entry) => shortDigest(entry.digest)).join(', ');
    const message = `No annotation asks Keelson to follow this workload any more, so it removes what it wrote. Container ${container} stays pinned to ${shortDigest(digest)} only for as long as ${image} means a digest in quarantine (${digests}): push a good image, release the digest, or switch Keelson off for the workload with startQuarantined.`;
    return [{ code: 'still-pinned', message }];
  });
}

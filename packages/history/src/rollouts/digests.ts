import type { DigestRecord, RolloutChange } from '../types.ts';

/**
 * What is known of a container's digests when a rollout begins (law 5: the last good one is written down before anything is patched).
 * What Keelson wrote itself and never saw succeed is no good baseline: then the older one stays.
 */
export function atBegin(
  change: RolloutChange,
  before: DigestRecord | undefined,
  superseding: boolean,
): DigestRecord | undefined {
  const { image, from, to } = change;
  const known = before?.image === image ? before : undefined;
  const tag = to.tag ?? from.tag ?? '';
  const unproven = superseding || from.digest === undefined || from.digest === known?.rolledOut;
  const lastGood = (unproven ? known?.lastGood : undefined) ?? from.digest;
  const rolledOut = known?.tag === tag ? known.rolledOut : (from.digest ?? known?.rolledOut);
  return rolledOut && { image, tag, rolledOut, ...(lastGood && { lastGood }) };
}

/** The patch is in: this is what was rolled out. */
export function whenWritten({ image, from, to }: RolloutChange, before: DigestRecord | undefined): DigestRecord {
  const lastGood = (before?.image === image ? before.lastGood : undefined) ?? from.digest;
  return { image, tag: to.tag ?? from.tag ?? '', rolledOut: to.digest, ...(lastGood && { lastGood }) };
}

/** The verdict is in: this is good. */
export function whenProven({ image, from, to }: RolloutChange): DigestRecord {
  return { image, tag: to.tag ?? from.tag ?? '', rolledOut: to.digest, lastGood: to.digest };
}

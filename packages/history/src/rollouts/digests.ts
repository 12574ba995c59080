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
  // Nothing says that the target was written but the write itself.
  if (known?.tag !== tag && rolledOut === to.digest) return undefined;
  return rolledOut && { image, tag, rolledOut, ...(lastGood && { lastGood }) };
}

/** Whether the target is what was written last, so that nothing is left to do. */
export function isWritten({ image, from, to }: RolloutChange, before: DigestRecord | undefined): boolean {
  return before?.image === image && before.tag === (to.tag ?? from.tag ?? '') && before.rolledOut === to.digest;
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

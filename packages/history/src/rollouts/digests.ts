import { isQuarantined } from '../restrictions/quarantine.ts';
import type { QuarantineEntry } from '../restrictions/types.ts';
import type { DigestRecord } from '../workloads/types.ts';
import type { Rollout, RolloutChange } from './types.ts';

/**
 * The digests of a container when a rollout begins (law 5: the last good one is stored before anything is patched). A digest that Keelson wrote
 * and did not see succeed, or one in quarantine, does not become the last good one: then the older one stays.
 */
export function atBegin(
  change: RolloutChange,
  before: DigestRecord | undefined,
  superseding: boolean,
  quarantine: readonly QuarantineEntry[],
): DigestRecord | undefined {
  const { image, from, to } = change;
  const known = before?.image === image ? before : undefined;
  const tag = to.tag ?? from.tag ?? '';
  const unproven = superseding || from.digest === undefined || from.digest === known?.rolledOut;
  const was = wasThere(change, known);
  const candidates = unproven ? [known?.lastGood, was] : [was, known?.lastGood];
  const rolledOut = known?.tag === tag ? known.rolledOut : (from.digest ?? known?.rolledOut);
  // Only the write itself may record the target as written.
  if (known?.tag !== tag && rolledOut === to.digest) return undefined;
  const written = known?.tag === tag ? known.written : undefined;
  const doubtful = known?.doubtful && known.rolledOut === rolledOut;
  return (
    rolledOut && {
      image,
      tag,
      rolledOut,
      ...goodAs(candidates, known, change, quarantine),
      ...(doubtful && { doubtful }),
      ...(written && { written }),
    }
  );
}

/** Whether the target is the digest that was written last, so that there is nothing to do. */
export function isWritten({ image, from, to }: RolloutChange, before: DigestRecord | undefined): boolean {
  return before?.image === image && before.tag === (to.tag ?? from.tag ?? '') && before.rolledOut === to.digest;
}

/** The digests of a container after the patch: the target is rolled out. */
export function whenWritten(
  change: RolloutChange,
  before: DigestRecord | undefined,
  quarantine: readonly QuarantineEntry[],
  written: DigestRecord['written'],
): DigestRecord {
  const known = before?.image === change.image ? before : undefined;
  const candidates = [known?.lastGood, wasThere(change, known)];
  return rolledOut(change, goodAs(candidates, known, change, quarantine), written);
}

/** The digests of a container after a successful verdict: the target is the last good one. */
export function whenProven(
  change: RolloutChange,
  before: DigestRecord | undefined,
  quarantine: readonly QuarantineEntry[],
  written: Rollout['written'],
): DigestRecord {
  const known = before?.image === change.image ? before : undefined;
  const lastGood = change.to.digest;
  return rolledOut(change, { lastGood, proven: true, ...goodBefore(lastGood, known, change, quarantine) }, written);
}

type Digest = DigestRecord['rolledOut'];
type Good = Pick<DigestRecord, 'lastGood' | 'proven' | 'goodBefore'>;

function rolledOut({ image, from, to }: RolloutChange, good: Good, written: DigestRecord['written']): DigestRecord {
  return {
    image,
    tag: to.tag ?? from.tag ?? '',
    rolledOut: to.digest,
    ...good,
    ...(written && { written: { uid: written.uid, path: written.path } }),
  };
}

/**
 * What the workload had before, which is good until proven otherwise; undefined where Keelson wrote it and no pod has proven it, or found it without
 * a healthy pod that runs it (law 14).
 */
function wasThere({ from }: RolloutChange, known: DigestRecord | undefined): Digest | undefined {
  const isDoubtful = known?.written !== undefined || known?.doubtful === true;
  return known?.rolledOut === from.digest && isDoubtful ? undefined : from.digest;
}

/** The first of these that is not in quarantine is the last good one; else the one before it is again. */
function goodAs(
  candidates: readonly (Digest | undefined)[],
  known: DigestRecord | undefined,
  change: RolloutChange,
  quarantine: readonly QuarantineEntry[],
): Good {
  const lastGood = firstGood([...candidates, known?.goodBefore], change, quarantine);
  if (lastGood === undefined) return {};
  const proven = known?.proven && known.lastGood === lastGood;
  return { lastGood, ...(proven && { proven }), ...goodBefore(lastGood, known, change, quarantine) };
}

function goodBefore(
  lastGood: Digest,
  known: DigestRecord | undefined,
  change: RolloutChange,
  quarantine: readonly QuarantineEntry[],
): Pick<DigestRecord, 'goodBefore'> {
  const others = [known?.lastGood, known?.goodBefore].filter((digest) => digest !== lastGood);
  const found = firstGood(others, change, quarantine);
  return found === undefined ? {} : { goodBefore: found };
}

function firstGood(
  candidates: readonly (Digest | undefined)[],
  { container, image }: RolloutChange,
  quarantine: readonly QuarantineEntry[],
): Digest | undefined {
  return candidates.find((digest) => digest !== undefined && !isQuarantined(quarantine, { container, image, digest }));
}

import { toIsoTime } from '@keelson/core';
import { shortDigest } from '@keelson/image';
import type { CheckRecord, DigestRecord, Proof, WorkloadRecord, WorkloadState } from './types.ts';

type Known = Pick<WorkloadState, 'record' | 'digests' | 'check' | 'active' | 'proofs'>;
type Digest = DigestRecord['rolledOut'];

/** A last good digest is requested once an hour; this much later it counts as not seen. */
const lateMs = 75 * 60_000;

const advice =
  'Push a good image, and have CI push a tag of its own for each image beside the one that moves, so that registries keep them.';

/** When the registry last had the last good digest of a container: by its hourly proof, or because its tag meant it at the last check. */
export function lastSeenAt(container: string, known: Pick<Known, 'digests' | 'check' | 'proofs'>): number | undefined {
  const lastGood = known.digests[container]?.lastGood;
  if (lastGood === undefined) return undefined;
  const proven = proofOf(container, known)?.seenAt;
  const byTag = meaningOf(container, known.check) === lastGood ? known.check?.at : undefined;
  const times = [proven, byTag].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** The newest proof, as far as it is about the digest that is the last good one now. */
function proofOf(container: string, { digests, proofs }: Pick<Known, 'digests' | 'proofs'>): Proof | undefined {
  const [proof, record] = [proofs?.[container], digests[container]];
  return proof?.digest === record?.lastGood && proof?.image === record?.image ? proof : undefined;
}

function meaningOf(container: string, check: CheckRecord | undefined): Digest | undefined {
  return check?.observed.find((seen) => seen.container === container)?.digest;
}

/**
 * A warning for each followed container whose last good digest the registry no longer has, has not shown lately, or may not have for long (law 15).
 * The digest of a container that was removed, or that has another repository now, is requested no more.
 */
export function wayBackWarnings(known: Known, now: number): WorkloadRecord['warnings'] {
  const { containers, notFollowed } = known.record;
  return Object.entries(known.digests).flatMap(([container, { lastGood, ...record }]) => {
    const isThere = containers.some(({ name, repository }) => name === container && repository === record.image);
    const message = isThere && !notFollowed && lastGood && warningOf(container, { ...record, lastGood }, known, now);
    return message ? [{ code: 'way-back-at-risk', message }] : [];
  });
}

function warningOf(
  container: string,
  { image, tag, lastGood }: DigestRecord & { readonly lastGood: Digest },
  known: Known,
  now: number,
): string | undefined {
  const what = `${image}@${shortDigest(lastGood)}, the last good image of container ${container}`;
  const seenAt = lastSeenAt(container, known);
  const last = seenAt === undefined ? '' : `; it was last seen there at ${toIsoTime(seenAt)}`;
  const proof = proofOf(container, known);
  const failed = proof?.failed && (seenAt === undefined || proof.at > seenAt) ? proof.failed : undefined;
  if (failed?.code === 'not-found') {
    return `${what}, is no longer in its registry, which answered so first at ${toIsoTime(failed.since)}${last}. A rollback to it fails, and so does a new pod on a node that does not have it. ${advice}`;
  }
  const since = seenAt ?? failed?.since;
  if (since !== undefined && now - since > lateMs) {
    const why = failed?.message ?? 'Nothing requested it since: is a worker running?';
    return `Whether the registry still has ${what}, is not known${last}. ${why} That does not prove that it is gone.`;
  }
  const means = meaningOf(container, known.check);
  if (means === undefined || means === lastGood || known.active !== undefined) return undefined;
  return `${what}, may be deleted: its tag ${tag} has moved on to ${shortDigest(means)}, and Keelson does not know whether another tag names it${last}. That is a guess: with another tag it stays, without one some registries, GitLab.com among them, delete it after a day. ${advice}`;
}

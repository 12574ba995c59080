import type { WorkloadState } from '@keelson/history';
import { lastSeenAt } from '@keelson/history';
import { offsetFor } from '@keelson/queue';

const hourMs = 60 * 60_000;
/** What the registry did not show is requested again this soon. */
const retryMs = 10 * 60_000;
/** Requests that are overdue, since no worker ran, are spread over this time. */
const spreadMs = 5 * 60_000;

/** When the last good images of a workload are to be requested, and how old an answer may be. Milliseconds since the epoch. */
export interface DueProof {
  readonly at: number;
  readonly notBefore: number;
}

/**
 * The next proof of a workload's last good images (law 15): once an hour, at a time that depends on image and digest alone, so that all workloads
 * of an image share a request, and different images are spread over the hour. Nothing is requested of a digest that its tag was seen to mean within
 * the hour.
 */
export function dueProof(state: WorkloadState, now: number): DueProof | undefined {
  const due = Object.entries(state.digests).flatMap(([container, { image, lastGood }]): readonly DueProof[] => {
    if (lastGood === undefined) return [];
    const key = `${image}@${lastGood}`;
    const began = slotOf(key, now);
    const seenAt = lastSeenAt(container, state);
    const proof = state.proofs?.[container];
    if (proof?.digest === lastGood && proof.failed && (seenAt === undefined || proof.at > seenAt)) {
      const at = Math.max(proof.at + retryMs, now);
      return [{ at, notBefore: at - retryMs / 2 }];
    }
    const next = began + hourMs;
    if (seenAt === undefined || seenAt >= began) return [{ at: next, notBefore: next }];
    return [{ at: now + offsetFor(key, spreadMs), notBefore: began }];
  });
  return due.sort((one, other) => one.at - other.at)[0];
}

/** When the hour of this text began. */
function slotOf(key: string, now: number): number {
  const offset = offsetFor(key, hourMs);
  return now - ((((now - offset) % hourMs) + hourMs) % hourMs);
}

import { proveWayBack } from '@keelson/queue';
import type { Deps } from '../deps.ts';
import { dueProof } from './due-proofs.ts';

/** Queues the proofs that are due before the next call, each for its time. What Redis stores decides, so that a worker that dies loses none. */
export async function queueProofs(
  { history, producer, now }: Pick<Deps, 'history' | 'producer' | 'now'>,
  everyMs: number,
): Promise<void> {
  const from = now();
  for (const state of await history.workloads()) {
    const due = dueProof(state, from);
    if (!due || due.at >= from + everyMs) continue;
    const { at, notBefore } = due;
    await producer.add(proveWayBack, { workload: state.record.id, notBefore }, { delayMs: Math.max(at - from, 1) });
  }
}

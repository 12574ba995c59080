import { ConflictError } from '@keelson/kube';
import { guardPins } from '@keelson/queue';
import type { Deps } from '../deps.ts';

/** By then the watch has caught up with an object that changed meanwhile. */
const againMs = 250;

/** Runs a write of the guard. At a conflict the guard runs again: a new status is enough for one, and a status change does not queue the guard. */
export async function writeOrAgain(
  { producer }: Pick<Deps, 'producer'>,
  workload: string,
  write: () => Promise<void>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    await producer.add(guardPins, { workload }, { delayMs: againMs });
  }
}

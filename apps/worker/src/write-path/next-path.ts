import type { Rollout } from '@keelson/history';
import type { WritePathName } from '@keelson/kube';
import { imagePatch } from '@keelson/queue';
import type { Deps } from '../deps.ts';
import { brokenCode } from './rejected-paths.ts';

/** The way by which a rollout was written does not hold: it is to be written once more, by the next one. */
export async function takeNextPath(
  { history, producer, log }: Pick<Deps, 'history' | 'producer' | 'log'>,
  { id, workload }: Pick<Rollout, 'id' | 'workload'>,
  path: WritePathName,
  message: string,
): Promise<void> {
  log.warn({ workload, path, reason: message }, 'a way of writing did not hold');
  const step = { from: ['verifying'], to: 'pending', code: brokenCode(path), message } as const;
  if (await history.transition(id, step)) await producer.add(imagePatch, { rollout: id });
}

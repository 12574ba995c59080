import type { WritePathName } from '@keelson/core';
import { revertedCode } from '@keelson/core';
import type { Rollout } from '@keelson/history';
import { imagePatch } from '@keelson/queue';
import type { Deps } from '../deps.ts';

/** The write of a rollout was reverted: image-patch is to write it again, by the next write path. */
export async function takeNextPath(
  { history, producer, log }: Pick<Deps, 'history' | 'producer' | 'log'>,
  { id, workload }: Pick<Rollout, 'id' | 'workload'>,
  path: WritePathName,
  message: string,
): Promise<void> {
  log.warn({ workload, path, reason: message }, 'write path was reverted; trying the next one');
  const step = { from: ['verifying'], to: 'pending', code: revertedCode(path), message } as const;
  if (await history.transition(id, step)) await producer.add(imagePatch, { workload, rollout: id });
}

/** The code of the transition before a write is repeated by its path. */
export const revertedMeanwhile = 'reverted-meanwhile';

/** The image of a rollout was reverted, which proves nothing against its write path: image-patch is to write it again. */
export async function takeSamePath(
  { history, producer, log }: Pick<Deps, 'history' | 'producer' | 'log'>,
  { id, workload }: Pick<Rollout, 'id' | 'workload'>,
  message: string,
): Promise<void> {
  log.info({ workload, reason: message }, 'the image was reverted; writing it again');
  const step = { from: ['verifying'], to: 'pending', code: revertedMeanwhile, message } as const;
  if (await history.transition(id, step)) await producer.add(imagePatch, { workload, rollout: id });
}

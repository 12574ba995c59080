import { shortDigest } from '@keelson/image';
import { removeFields } from '@keelson/queue';
import type { Deps } from '../deps.ts';
import { restoreDigests } from './restore-digests.ts';

/**
 * A user may put the workload on hold while an update is being written: then the update was cancelled as not written yet, and its digest is in
 * the cluster all the same, where nobody would verify it. A rollback reverts it; once the user resumes, it is rolled out like any push. guard-pins
 * does the same where the worker died in between.
 */
export async function revertWrite({ history, producer, log }: Pick<Deps, 'history' | 'producer' | 'log'>, id: string) {
  const rollout = await history.rollout(id);
  const last = rollout?.transitions.at(-1);
  if (rollout?.state !== 'cancelled' || last?.code !== 'on-hold') return;
  const { workload, changes } = rollout;
  if ((await history.workload(workload))?.hold?.code === 'off') {
    await producer.add(removeFields, { workload });
    return;
  }
  const back = changes.flatMap(({ container, image, from, to }) =>
    from.digest === undefined ? [] : [{ container, image, from: to, to: { ...from, digest: from.digest } }],
  );
  // Nobody knows what was there before.
  if (back.length < changes.length) return;
  const what = changes.map(({ container, to }) => `${shortDigest(to.digest)} of container ${container}`).join(', ');
  const message = `Keelson was writing ${what} when the workload was put on hold, and reverts it.`;
  const rollback = await restoreDigests({ history, producer }, workload, back, { message, knew: { latest: id } });
  if (rollback === undefined) return;
  log.info(
    { workload, rollout: rollback },
    'an update that was written while the workload was put on hold is reverted',
  );
}

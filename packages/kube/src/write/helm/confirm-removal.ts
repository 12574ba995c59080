import type { KubeHttp } from '../../http/request.ts';
import { pinAnnotation } from '../../keys.ts';
import { workloadPath } from '../../objects/kinds.ts';
import { readWorkload } from '../../objects/workload.ts';
import type { Workload } from '../../types.ts';
import { byOldPass } from '../flux/why-pending.ts';
import { digestOf } from '../image-text.ts';
import { annotatedDigest } from '../pins.ts';
import type { WriteConfirmation } from '../types.ts';
import type { HelmReleaseKey } from './helm-release.ts';
import { getHelmRelease, nameOfRelease } from './helm-release.ts';

/**
 * Whether no pass can apply the removed entry any more: one that read the HelmRelease without it has begun, and passes of one release never overlap. A
 * suspended one applies nothing. What an older pass wrote back until then has to be written again.
 */
export async function confirmRemoval(
  http: KubeHttp,
  key: HelmReleaseKey,
  workload: Workload,
  signal?: AbortSignal,
): Promise<WriteConfirmation> {
  const release = await getHelmRelease(http, key, signal);
  const live = readWorkload(workload.kind, await http.request({ path: workloadPath(workload), signal }));
  if (release === undefined || live === undefined) return { outcome: 'ok' };
  const text = nameOfRelease(key);
  if (hasOldDigest(live)) return { outcome: 'again', message: `${byOldPass(text)} It is written again.` };
  if (release.suspended || release.status.lastAttemptedGeneration >= release.generation) return { outcome: 'ok' };
  return { outcome: 'pending', message: `${text} has not been upgraded without the removed entry yet.` };
}

/** Whether an image has the digest of an entry that was removed, while its annotation has the next one. */
function hasOldDigest({ containers, templateAnnotations }: Workload): boolean {
  return containers.some(({ name, image }) => {
    const next = annotatedDigest(templateAnnotations[pinAnnotation(name)]);
    const digest = digestOf(image);
    return next !== undefined && digest !== undefined && digest !== next;
  });
}

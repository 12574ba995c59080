import type { Rollout } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { digestOfImageID } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import type { Deps } from '../deps.ts';
import type { PullSecrets } from '../registry-access/pull-secrets.ts';
import { quickRequests } from '../registry-access/quick-requests.ts';
import { podsOfTheChange } from './rollout-view.ts';

/**
 * The digests that pods of a rollout run in place of its own, by container: where the image names only a tag, a pod pulls what the tag means
 * when it starts, which may have been pushed a moment later. Empty where the pods run the rollout's digest or one platform of it, and where that
 * is not known. Sends a registry request only for pods that report another digest.
 */
export async function unexpectedDigests(
  { view, registry, log }: Pick<Deps, 'view' | 'registry' | 'log'>,
  secrets: PullSecrets,
  workload: Workload,
  rollout: Rollout,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Digest>> {
  const unexpected = new Map<string, Digest>();
  const requestFor = quickRequests(secrets, workload, signal);
  for (const { container, to } of rollout.changes) {
    const reported = podsOfTheChange(view, workload, rollout).flatMap(({ containers }) => {
      const digest = digestOfImageID(containers.find(({ name }) => name === container)?.imageID ?? '');
      return digest === undefined || digest === to.digest ? [] : [digest];
    });
    if (reported.length === 0) continue;
    try {
      const request = await requestFor(container);
      if (!request) continue;
      const { relatedDigests } = await registry.describe(request.reference, to.digest, request.options);
      const other = reported.find((digest) => !relatedDigests.includes(digest));
      if (other) unexpected.set(container, other);
    } catch (error) {
      signal.throwIfAborted();
      log.warn({ err: error, workload: rollout.workload }, 'could not verify which digest the pods run');
    }
  }
  return unexpected;
}

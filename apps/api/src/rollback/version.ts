import type { ContainerRecord, ImageVersion, Rollout } from '@keelson/history';
import type { Digest } from '@keelson/image';

/** An image that a container ran, or was to run. */
export interface Version {
  readonly container: ContainerRecord;
  readonly image: ImageVersion & { readonly digest: Digest };
}

/**
 * Where a rollout led, or where it came from: one version for each of its containers that the workload still has, from the same repository.
 * A digest of another repository could not be pulled by the name that the manifest has now.
 */
export function endOf(
  { changes }: Pick<Rollout, 'changes'>,
  end: 'from' | 'to',
  containers: readonly ContainerRecord[],
): readonly Version[] {
  return changes.flatMap((change) => {
    const container = containers.find(({ name }) => name === change.container);
    const { digest, ...about } = change[end];
    if (container?.repository !== change.image || digest === undefined) return [];
    return [{ container, image: { ...about, digest } }];
  });
}

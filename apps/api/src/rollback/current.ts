import type { Rollout, WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';

/** What a person sees as rolled out, by container: where a rollout is under way, what that brings. */
export function currentDigests(
  { record, digests }: WorkloadState,
  active: Rollout | undefined,
): ReadonlyMap<string, Digest> {
  const known = record.containers.flatMap(({ name }): (readonly [string, Digest])[] => {
    const under = active?.changes.find(({ container }) => container === name)?.to.digest;
    const digest = under ?? digests[name]?.rolledOut;
    return digest === undefined ? [] : [[name, digest]];
  });
  return new Map(known);
}

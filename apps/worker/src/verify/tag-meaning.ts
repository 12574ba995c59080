import type { CheckRecord, Rollout, RolloutChange } from '@keelson/history';
import type { Digest } from '@keelson/image';

/** The digest that the tag of a change means, as far as is known; undefined where it is not known. */
export type TagMeaning = (change: RolloutChange) => Digest | undefined;

/**
 * What the tags of a rollout mean, by the last answer of the registry. The tag of an update was seen to mean the update's digest when that began, so
 * only a later check says anything else. No request is sent: a push that came since is found by the next check.
 */
export function tagMeaning(
  { kind, createdAt }: Pick<Rollout, 'kind' | 'createdAt'>,
  check: CheckRecord | undefined,
): TagMeaning {
  return ({ container, to }) => {
    const seen = check?.observed.find((observed) => observed.container === container)?.digest;
    if (kind === 'update' && (check === undefined || seen === undefined || check.at < createdAt)) return to.digest;
    return seen;
  };
}

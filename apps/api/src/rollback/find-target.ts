import type { WorkloadId } from '@keelson/core';
import type { ContainerRecord, History, ImageVersion, Rollout, WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { isDigest } from '@keelson/image';
import { isDigestPrefix, onlyMatch, startsWith } from '../actions/digest-prefix.ts';
import { ApiProblem } from '../problems/api-problem.ts';

/** An image that a container ran, or was to run. */
export interface Version {
  readonly container: ContainerRecord;
  readonly image: ImageVersion & { readonly digest: Digest };
}

/**
 * The target of a rollback that names a digest or a rollout: one version for each container of that rollout.
 *
 * @param to A digest, the beginning of one, or the id of a rollout of this workload.
 * @throws ApiProblem `not-in-history` when the workload's history does not have it, `ambiguous-digest` when several digests begin like this.
 */
export async function namedTarget(
  history: Pick<History, 'rollout' | 'rollouts'>,
  state: WorkloadState,
  to: string,
): Promise<readonly Version[]> {
  const rollout = to.includes(':') ? undefined : await history.rollout(to);
  const versions =
    rollout?.workload === state.record.id
      ? versionsOf(rollout, 'to', state.record.containers)
      : await versionsByDigest(history, state, to);
  if (versions.length > 0) return versions;
  throw new ApiProblem(
    'not-in-history',
    `The history of ${state.record.id} has no ${to} of the containers that it has now: GET …/history lists its rollouts.`,
  );
}

async function versionsByDigest(
  history: Pick<History, 'rollouts'>,
  { record, digests }: WorkloadState,
  to: string,
): Promise<readonly Version[]> {
  if (!isDigestPrefix(to)) return [];
  const found = new Map<Digest, readonly Version[]>();
  for await (const rollout of rolloutsOf(history, record.id)) {
    for (const end of ['to', 'from'] as const) {
      const versions = versionsOf(rollout, end, record.containers);
      const match = versions.find(({ image }) => startsWith(image.digest, to))?.image.digest;
      if (match !== undefined && !found.has(match)) found.set(match, versions);
    }
    if (found.size > 0 && isWhole(to)) break;
  }
  // Digests that no rollout has: a baseline, or what is left after the history was lost.
  for (const container of record.containers) {
    const known = digests[container.name];
    if (known?.image !== container.repository) continue;
    for (const digest of [known.lastGood, known.rolledOut]) {
      if (digest === undefined || found.has(digest) || !startsWith(digest, to)) continue;
      found.set(digest, [{ container, image: { digest } }]);
    }
  }
  const digest = onlyMatch(found.keys(), to);
  return digest === undefined ? [] : (found.get(digest) ?? []);
}

function isWhole(to: string): boolean {
  return isDigest(to) || isDigest(`sha256:${to}`);
}

/**
 * The target of a rollback that names none: the last good digests where they differ from the current ones, else the newest rollout before that
 * succeeded. Never a digest in quarantine, one that was not seen to work, or one of another tag.
 *
 * @param current The digest that counts as rolled out now, by container.
 * @throws ApiProblem `nothing-to-roll-back-to` when there is none.
 */
export async function defaultTarget(
  history: Pick<History, 'rollouts'>,
  state: WorkloadState,
  current: ReadonlyMap<string, Digest>,
): Promise<readonly Version[]> {
  const { record } = state;
  const differs = ({ container, image }: Version) => current.get(container.name) !== image.digest;
  const good = lastGood(state).filter((version) => differs(version) && !isQuarantined(state, version));
  if (good.length > 0) return good;

  const fits = (versions: readonly Version[]) =>
    versions.some(differs) && !versions.some((version) => isQuarantined(state, version));
  let oldest: Rollout | undefined;
  for await (const rollout of rolloutsOf(history, record.id)) {
    const versions = ofSameTag(versionsOf(rollout, 'to', record.containers));
    if (rollout.state === 'succeeded' && fits(versions)) return versions;
    oldest = rollout;
  }
  // What ran before the first rollout has no rollout of its own that could have succeeded.
  const baseline = oldest === undefined ? [] : ofSameTag(versionsOf(oldest, 'from', record.containers));
  if (fits(baseline)) return baseline;
  throw new ApiProblem(
    'nothing-to-roll-back-to',
    `No other image of ${record.id} is known to have worked: GET …/history lists its rollouts, and "to" takes any digest of it.`,
  );
}

function lastGood({ record, digests }: WorkloadState): readonly Version[] {
  return record.containers.flatMap((container) => {
    const known = digests[container.name];
    const same = known?.image === container.repository && known.tag === (container.tag ?? '');
    return same && known.lastGood ? [{ container, image: { digest: known.lastGood } }] : [];
  });
}

function ofSameTag(versions: readonly Version[]): readonly Version[] {
  return versions.filter(({ container, image }) => container.tag === image.tag);
}

export function isQuarantined({ quarantine }: WorkloadState, { container, image }: Version): boolean {
  return quarantine.some((entry) => entry.container === container.name && entry.digest === image.digest);
}

/**
 * What a rollout changed `to`, or changed `from`: one version for each of its containers that the workload still has with the same repository.
 * A digest of another repository could not be pulled by the name that the manifest has now.
 */
function versionsOf(
  { changes }: Rollout,
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

/** Every stored rollout of a workload, newest first; reads the next page only when it is needed. */
async function* rolloutsOf(history: Pick<History, 'rollouts'>, workload: WorkloadId): AsyncGenerator<Rollout> {
  let cursor: string | undefined;
  do {
    const page = await history.rollouts({ workload, cursor, limit: 100 });
    yield* page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}

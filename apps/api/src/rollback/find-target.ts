import type { History, Rollout, WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { isDigest } from '@keelson/image';
import { isDigestPrefix, onlyMatch, startsWith } from '../actions/digest-prefix.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import type { Version } from './version.ts';
import { endOf } from './version.ts';
import { rolloutsOf } from './walk.ts';

type Reading = Pick<History, 'rollout' | 'rollouts'>;

/**
 * Where somebody who names a digest or a rollout wants to go back to: every container of that rollout's change.
 *
 * @throws ApiProblem when the workload's history does not have it, or a short digest is the beginning of several.
 */
export async function findTarget(history: Reading, state: WorkloadState, to: string): Promise<readonly Version[]> {
  const rollout = to.includes(':') ? undefined : await history.rollout(to);
  const versions =
    rollout?.workload === state.record.id
      ? endOf(rollout, 'to', state.record.containers)
      : await byDigest(history, state, to);
  if (versions.length > 0) return versions;
  throw new ApiProblem(
    'not-in-history',
    `The history of ${state.record.id} has no ${to} of the containers that it has now: GET …/history lists what it went through.`,
  );
}

async function byDigest(history: Reading, state: WorkloadState, to: string): Promise<readonly Version[]> {
  if (!isDigestPrefix(to)) return [];
  const found = new Map<Digest, readonly Version[]>();
  for await (const rollout of rolloutsOf(history, state.record.id)) {
    for (const versions of endsOf(rollout, state)) {
      const hit = versions.find(({ image }) => startsWith(image.digest, to))?.image.digest;
      if (hit !== undefined && !found.has(hit)) found.set(hit, versions);
    }
    if (found.size > 0 && isWhole(to)) break;
  }
  // What is known without a rollout: a baseline, or what is left when the history was lost.
  for (const container of state.record.containers) {
    const known = state.digests[container.name];
    if (known?.image !== container.repository) continue;
    for (const digest of [known.lastGood, known.rolledOut]) {
      if (digest === undefined || found.has(digest) || !startsWith(digest, to)) continue;
      found.set(digest, [{ container, image: { digest } }]);
    }
  }
  const digest = onlyMatch(found.keys(), to);
  return digest === undefined ? [] : (found.get(digest) ?? []);
}

function endsOf(rollout: Rollout, { record }: WorkloadState): readonly (readonly Version[])[] {
  return [endOf(rollout, 'to', record.containers), endOf(rollout, 'from', record.containers)];
}

function isWhole(to: string): boolean {
  return isDigest(to) || isDigest(`sha256:${to}`);
}

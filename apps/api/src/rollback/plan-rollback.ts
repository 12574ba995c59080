import type { History, Hold, ImageVersion, NewRollout, Rollout, RolloutChange, WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { shortDigest } from '@keelson/image';
import { because } from '../actions/message.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import { currentDigests } from './current.ts';
import { defaultTarget } from './default-target.ts';
import { findTarget } from './find-target.ts';
import { leftBehind } from './left-behind.ts';
import type { Version } from './version.ts';

export interface RollbackWish {
  /** A digest, its beginning, or the id of a rollout. @default what worked before */
  readonly to?: string | undefined;
  readonly until: 'newer-digest' | 'resume';
  readonly message?: string | undefined;
}

/**
 * The rollout that goes back as somebody wishes, with the quarantine or the hold that makes it last; or the rollback that is under way, if no
 * target was named: whoever asks twice goes back once.
 *
 * @throws ApiProblem when that is not possible, with what to do.
 */
export async function planRollback(
  history: Pick<History, 'rollout' | 'rollouts'>,
  state: WorkloadState,
  { to, until, message }: RollbackWish,
  at: number,
): Promise<NewRollout | { readonly underWay: Rollout }> {
  const { record, hold } = state;
  if (hold?.code === 'off') {
    throw new ApiProblem(
      'switched-off',
      `Keelson is switched off for ${record.id} and takes back what it wrote: resume it first.`,
    );
  }
  const active = state.active === undefined ? undefined : await history.rollout(state.active);
  if (to === undefined && active?.kind === 'rollback') return { underWay: active };

  const current = currentDigests(state, active);
  const target = to === undefined ? await defaultTarget(history, state, current) : await findTarget(history, state, to);
  const moves = target.filter(
    ({ container, image }) => current.get(container.name) !== image.digest || isUndone(state),
  );
  if (moves.length === 0 && active?.kind === 'rollback') return { underWay: active };
  if (moves.length === 0) throw alreadyRuns(state, target);

  const digests = moves.map(({ image }) => image.digest);
  const { items } = await history.rollouts({ workload: record.id, limit: 100 });
  return {
    workload: record.id,
    changes: moves.map((move) => changeOf(move, current.get(move.container.name), knownVersions(items))),
    trigger: 'manual',
    code: 'manual-rollback',
    message: `${wentBack(digests, message)}.`,
    kind: 'rollback',
    // What was written last has to be written over again where the update in between was not written, or somebody undid it.
    ...(moves.every(({ container, image }) => state.digests[container.name]?.rolledOut === image.digest) && {
      again: true,
    }),
    ...(until === 'newer-digest' && { quarantine: leftBehind(state, current, moves, { message, at }) }),
    ...(until === 'resume' && { hold: holdAfter(digests, message, at) }),
  };
}

/** The hold of whoever goes back until a person resumes. */
export function holdAfter(digests: readonly Digest[], given: string | undefined, at: number): Hold {
  const message = `${wentBack(digests, given)}: nothing newer is rolled out until somebody resumes it.`;
  return { code: 'manual-rollback', message, at };
}

function wentBack(digests: readonly Digest[], message: string | undefined): string {
  return because(`Somebody went back to ${shortNames(digests)}`, message);
}

function isUndone({ check, reverted }: WorkloadState): boolean {
  return reverted !== undefined || check?.code === 'reverted-by-someone';
}

function alreadyRuns({ record, active }: WorkloadState, target: readonly Version[]): ApiProblem {
  const what = active === undefined ? 'is what was rolled out last' : `is what the rollout ${active} brings`;
  return new ApiProblem(
    'already-runs',
    `${shortNames(target.map(({ image }) => image.digest))} ${what} to ${record.id}: name another one in "to".`,
  );
}

function shortNames(digests: readonly Digest[]): string {
  return [...new Set(digests.map(shortDigest))].join(' and ');
}

function changeOf(
  { container, image }: Version,
  from: Digest | undefined,
  known: ReadonlyMap<Digest, ImageVersion>,
): RolloutChange {
  const tag = container.tag !== undefined && { tag: container.tag };
  return {
    container: container.name,
    image: container.repository,
    from: from === undefined ? { ...tag } : { ...known.get(from), ...tag, digest: from },
    to: { ...known.get(image.digest), ...image, ...tag },
  };
}

/** What the newest rollouts tell of their digests: commit, build time … */
function knownVersions(rollouts: readonly Rollout[]): ReadonlyMap<Digest, ImageVersion> {
  const ends = rollouts.flatMap(({ changes }) => changes.flatMap(({ from, to }) => [from, to]));
  return new Map(ends.flatMap((version) => (version.digest ? [[version.digest, version]] : [])));
}

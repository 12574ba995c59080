import type {
  History,
  Hold,
  ImageVersion,
  NewRollout,
  QuarantineEntry,
  Rollout,
  RolloutChange,
  WorkloadState,
} from '@keelson/history';
import type { Digest } from '@keelson/image';
import { shortDigest } from '@keelson/image';
import { because } from '../actions/message.ts';
import { isOvertaken } from '../present/finding.ts';
import { ApiProblem } from '../problems/api-problem.ts';
import type { Version } from './find-target.ts';
import { defaultTarget, isQuarantined, namedTarget } from './find-target.ts';

export interface RollbackRequest {
  /** A digest, its beginning, or the id of a rollout. @default what worked before */
  readonly to?: string | undefined;
  readonly until: 'newer-digest' | 'resume';
  readonly message?: string | undefined;
}

/**
 * Plans the rollback that a user requested: the rollout to begin, with the quarantine or the hold that makes it last. Where a rollback is under
 * way and the request names no target, or the same one, that rollback instead: the same request twice rolls back once.
 *
 * @param at The time of the request, in milliseconds since the epoch.
 * @throws ApiProblem with what to do: `switched-off`, `already-runs`, `nothing-to-roll-back-to`, `not-in-history`, `ambiguous-digest`.
 */
export async function planRollback(
  history: Pick<History, 'rollout' | 'rollouts'>,
  state: WorkloadState,
  { to, until, message }: RollbackRequest,
  at: number,
): Promise<NewRollout | { readonly underWay: Rollout }> {
  const { record, hold, digests } = state;
  if (hold?.code === 'off') {
    throw new ApiProblem(
      'switched-off',
      `Keelson is switched off for ${record.id} and removes what it wrote: resume it first.`,
    );
  }
  const active = state.active === undefined ? undefined : await history.rollout(state.active);
  const rollback = active && isRollback(active) ? active : undefined;
  if (to === undefined && rollback) return { underWay: rollback };

  const current = currentDigests(state, active);
  const target =
    to === undefined ? await defaultTarget(history, state, current) : await namedTarget(history, state, to);
  const moves = target.filter(
    ({ container, image }) => current.get(container.name) !== image.digest || isReverted(state),
  );
  if (moves.length === 0 && rollback) return { underWay: rollback };
  if (moves.length === 0) throw alreadyRuns(state, target);

  const { items } = await history.rollouts({ workload: record.id, limit: 100 });
  const known = knownVersions(items);
  const targets = moves.map(({ image }) => image.digest);
  return {
    workload: record.id,
    changes: moves.map((move) => changeOf(move, current.get(move.container.name), known)),
    trigger: 'manual',
    code: 'manual-rollback',
    message: `${rolledBackTo(targets, message)}.`,
    kind: 'rollback',
    // The digest that was written last is written again: the update since then was not written yet, or the pin was reverted.
    ...(moves.every(({ container, image }) => digests[container.name]?.rolledOut === image.digest) && { again: true }),
    ...(until === 'newer-digest' && { quarantine: quarantineFor(state, current, moves, { message, at }) }),
    ...(until === 'resume' && { hold: manualRollbackHold(targets, message, at) }),
  };
}

/** Whether it returns to another digest: a pin that is restored is written like a rollback, to the digest that the workload has. */
function isRollback({ kind, changes }: Rollout): boolean {
  return kind === 'rollback' && changes.some(({ from, to }) => from.digest !== to.digest);
}

/** The hold of a rollback that lasts until a user resumes the workload. */
export function manualRollbackHold(targets: readonly Digest[], given: string | undefined, at: number): Hold {
  const message = `${rolledBackTo(targets, given)}: nothing newer is rolled out until a user resumes the workload.`;
  return { code: 'manual-rollback', message, at };
}

/** The digest that counts as rolled out, by container: what the active rollout changes to, else what was written last. */
function currentDigests({ record, digests }: WorkloadState, active: Rollout | undefined): ReadonlyMap<string, Digest> {
  const known = record.containers.flatMap(({ name }): (readonly [string, Digest])[] => {
    const next = active?.changes.find(({ container }) => container === name)?.to.digest;
    const digest = next ?? digests[name]?.rolledOut;
    return digest === undefined ? [] : [[name, digest]];
  });
  return new Map(known);
}

function isReverted(state: WorkloadState): boolean {
  return state.reverted !== undefined || (state.check?.code === 'reverted-by-someone' && !isOvertaken(state));
}

function alreadyRuns({ record, active }: WorkloadState, target: readonly Version[]): ApiProblem {
  const what = active === undefined ? 'is what was rolled out last' : `is what the rollout ${active} changes to`;
  return new ApiProblem(
    'already-runs',
    `${shortNames(target.map(({ image }) => image.digest))} ${what} in ${record.id}: name another one in "to".`,
  );
}

/** What the given rollouts know of each digest: tag, commit, build time and so on. */
function knownVersions(rollouts: readonly Rollout[]): ReadonlyMap<Digest, ImageVersion> {
  const ends = rollouts.flatMap(({ changes }) => changes.flatMap(({ from, to }) => [from, to]));
  return new Map(ends.flatMap((version) => (version.digest ? [[version.digest, version]] : [])));
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

/**
 * The quarantine entries that keep a rollback until something newer is pushed: the current digest, the one written last, and the one that the
 * tag had at the last check. A digest that is quarantined already keeps its entry.
 */
function quarantineFor(
  state: WorkloadState,
  current: ReadonlyMap<string, Digest>,
  target: readonly Version[],
  { message: given, at }: { readonly message: string | undefined; readonly at: number },
): readonly QuarantineEntry[] {
  return target.flatMap(({ container, image }) => {
    const { name, repository, tag } = container;
    const observed = state.check?.observed.find((seen) => seen.container === name)?.digest;
    const replaced = new Set([current.get(name), state.digests[name]?.rolledOut, observed]);
    replaced.delete(image.digest);
    const message = `${because(`A user rolled back from it to ${shortDigest(image.digest)}`, given)}.`;
    return [...replaced].flatMap((digest) => {
      if (digest === undefined || isQuarantined(state, { container, image: { digest } })) return [];
      return [
        { container: name, image: repository, ...(tag !== undefined && { tag }), digest, code: 'manual', message, at },
      ];
    });
  });
}

function rolledBackTo(targets: readonly Digest[], message: string | undefined): string {
  return because(`A user rolled back to ${shortNames(targets)}`, message);
}

function shortNames(digests: readonly Digest[]): string {
  return [...new Set(digests.map(shortDigest))].join(' and ');
}

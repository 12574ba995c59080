import type { WritePathName } from '@keelson/core';
import { isWritePathName, writePathFacts } from '@keelson/core';
import type { Rollout } from '@keelson/history';
import { shortDigest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { fieldManager, fluxManagers, pinOf } from '@keelson/kube';
import type { Deps } from '../deps.ts';
import { directionOf } from '../write-path/direction.ts';
import { takeNextPath, takeSamePath } from '../write-path/next-path.ts';
import { rejectedPaths } from '../write-path/rejected-paths.ts';
import { carriesPin } from './carries-pin.ts';
import { namesTagOf } from './names-tag-of.ts';
import { progressOf } from './progress.ts';
import { podsOfTheChange } from './rollout-view.ts';
import type { TagMeaning } from './tag-meaning.ts';

const message =
  'New pods do not carry the digest of their annotation: the admission policy keelson-pin does not reach them.';

/** How long an entry is watched after it was written: what breaks the Kustomization shows soon. */
const confirmMs = 5_000;

/**
 * `pending`: not known yet, so the rollout must not be called a success; `code` and `message` say what it waits for. `again`: image-patch writes
 * it again, by the same write path or the next one.
 */
export type Confirmation =
  | { readonly outcome: 'ok' | 'again' }
  | { readonly outcome: 'pending'; readonly code?: string; readonly message?: string };

const ok = { outcome: 'ok' } as const;

type ConfirmDeps = Pick<Deps, 'history' | 'producer' | 'view' | 'writes' | 'now' | 'log'>;

/**
 * Whether the write of a rollout was kept (law 9). Where it was reverted, image-patch is queued to write it again.
 *
 * @param isLast true for the last check before the rollout is called a success
 */
export function confirmPath(
  deps: ConfirmDeps,
  workload: Workload,
  rollout: Rollout,
  isLast: boolean,
  signal: AbortSignal,
): Promise<Confirmation> | Confirmation {
  const path = rollout.written?.path;
  // A path that only a newer Keelson knows is checked by that one.
  if (path === undefined || !isWritePathName(path)) return ok;
  switch (path) {
    case 'template-annotation':
      return confirmPolicy(deps, workload, rollout);
    case 'flux-kustomization':
    case 'flux-helmrelease':
      return confirmEntry(deps, workload, rollout, { name: path, isLast }, signal);
    case 'image-nudge':
      return isLast ? confirmEntry(deps, workload, rollout, { name: path, isLast }, signal) : ok;
    case 'image-pin':
    case 'flux-hold':
      return ok;
  }
}

/**
 * The self-test of the admission policy, on the pods of an annotated template. An update's pods run its digest without it, as far as the tag goes;
 * where nobody reconciles the workload, the image itself does better.
 */
async function confirmPolicy(deps: ConfirmDeps, workload: Workload, rollout: Rollout): Promise<Confirmation> {
  const { view, writes } = deps;
  // Somebody applied the manifest again without the annotation: its pods say nothing about the policy.
  if (rollout.changes.some(({ container }) => pinOf(workload, container) === undefined)) return ok;
  const carried = carriesPin(podsOfTheChange(view, workload, rollout), rollout, workload);
  if (carried === undefined) return ok;
  const works = writes.pinPolicy.worksIn(workload.namespace);
  const relied = works && workload.owner.type === 'none';
  if (works !== carried) writes.pinPolicy.seen(workload.namespace, carried);
  if (carried) return ok;
  // Forward, pods pull the digest by its tag: one that has only just been created says nothing yet.
  const known = (await deps.history.workload(rollout.workload)) ?? {};
  if (!relied && directionOf(rollout, known) === 'forward') return ok;
  await takeNextPath(deps, rollout, 'template-annotation', message);
  return { outcome: 'again' };
}

/**
 * Whether Flux has taken what was written into its Kustomization or HelmRelease, or leaves alone what was written beside it: checked for some seconds after the write, while Flux is made to skip the workload,
 * where the image is not what was written, and before the success.
 */
async function confirmEntry(
  deps: ConfirmDeps,
  workload: Workload,
  rollout: Rollout,
  { name, isLast }: { readonly name: WritePathName; readonly isLast: boolean },
  signal: AbortSignal,
): Promise<Confirmation> {
  const { history, writes, now } = deps;
  const isYoung = now() - progressOf(rollout).writtenAt < confirmMs;
  const isHeld = writes.holdUntil(workload) !== undefined;
  if (!isYoung && !isHeld && !isLast && !mayBeReverted(rollout, workload)) return ok;
  const known = (await history.workload(rollout.workload)) ?? {};
  const path = await writes.pathFor(workload, directionOf(rollout, known), {
    rejected: rejectedPaths(rollout),
    written: name,
    signal,
  });
  if (path.name !== name || !path.confirm) return ok;
  const confirmation = await path.confirm(workload, signal);
  switch (confirmation.outcome) {
    case 'reverted':
      await takeNextPath(deps, rollout, path.name, confirmation.message);
      return { outcome: 'again' };
    case 'again':
      await takeSamePath(deps, rollout, confirmation.message);
      return { outcome: 'again' };
    case 'ok':
    case 'pending':
      return confirmation;
  }
}

/**
 * Who reverted the image of a rollback that nothing keeps, in one sentence. The pin annotation beside it stays and says nothing, since pods do not get
 * its digest: those that start now are not of this rollout.
 */
export function nudgeReverted(
  { written, kind, changes }: Rollout,
  workload: Workload,
  meaning: TagMeaning,
): string | undefined {
  if (written?.path !== 'image-nudge' || kind !== 'rollback') return undefined;
  const reverted = changes.find(
    (change) =>
      change.to.digest !== meaning(change) &&
      namesTagOf(workload, change) &&
      workload.writers[`image:${change.container}`]?.[0]?.manager !== fieldManager,
  );
  if (reverted === undefined) return undefined;
  const manager = workload.writers[`image:${reverted.container}`]?.[0]?.manager ?? 'Another field manager';
  return `${manager} reverted the image of container ${reverted.container} before ${shortDigest(reverted.to.digest)} was verified.`;
}

/**
 * Whether an image may have been reverted beside an entry in its owner: it is without a digest where the entry gives it one, or Flux wrote
 * another one. Whoever applies the workload leaves the pin annotation alone, so that says nothing.
 */
export function mayBeReverted(rollout: Rollout, { containers, writers }: Workload): boolean {
  const { written, changes, kind } = rollout;
  if (!written || writePathFacts(written.path)?.entryIn === undefined) return false;
  const isPinned = kind === 'rollback' || rejectedPaths(rollout).includes('template-annotation');
  return changes.some(({ container, to }) => {
    const image = containers.find(({ name }) => name === container)?.image;
    if (image === undefined || image.endsWith(`@${to.digest}`)) return false;
    if (!image.includes('@')) return isPinned;
    return fluxManagers.includes(writers[`image:${container}`]?.[0]?.manager ?? '');
  });
}

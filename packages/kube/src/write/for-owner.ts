import { writePaths } from '@keelson/core';
import { KubeError } from '../http/kube-error.ts';
import { fluxKinds, isFluxOwner } from '../owner/flux-kinds.ts';
import type { OwnerProofs } from '../owner/owner-proofs.ts';
import { ownerText } from '../owner/owner-text.ts';
import type { Rights } from '../owner/rights.ts';
import type { FluxOwner, Owner, Workload } from '../types.ts';
import { nameOf } from './find-container.ts';
import { holdWarnings } from './hold.ts';
import type { PinPolicy, WritePath } from './types.ts';
import type { Warn } from './warnings.ts';
import { fixedWarnings } from './why-fixed.ts';

interface OwnerParts {
  readonly pinPolicy: PinPolicy;
  readonly rights: Rights;
  readonly forget: OwnerProofs['forget'];
  readonly now: () => number;
}

/**
 * The path, which sees every workload with the owner that was proven when the path was chosen. It warns of an owner that is not proven, of containers
 * that no path moves, and of a hold on Flux.
 */
export function forOwner(
  path: WritePath,
  { owner }: Workload,
  { pinPolicy, rights, forget, now }: OwnerParts,
): WritePath {
  const owned = (workload: Workload): Workload => ({ ...workload, owner });
  const confirm = path.confirm?.bind(path);
  const entryOwner = writePaths[path.name].entryIn !== undefined && isFluxOwner(owner) ? owner : undefined;
  const forgetEntries = () => entryOwner && forget(entryOwner);
  return {
    name: path.name,
    warnings: (workload, followed) => [
      ...ownerWarnings(workload, owner),
      ...fixedWarnings(owned(workload), followed, pinPolicy),
      ...path.warnings(owned(workload), followed),
      ...holdWarnings(workload, now()),
    ],
    async write(workload, changes, options) {
      try {
        return await path.write(owned(workload), changes, options);
      } catch (error) {
        const isRefused = error instanceof KubeError && error.code === 'forbidden' && !error.byAdmission;
        if (isRefused && entryOwner && error.message.includes(fluxKinds[entryOwner.type].plural))
          rights.refused(entryOwner);
        throw error;
      } finally {
        forgetEntries();
      }
    },
    ...(confirm && {
      async confirm(workload, signal) {
        const confirmation = await confirm(owned(workload), signal);
        // Then the entry was removed again.
        if (confirmation.outcome === 'reverted') forgetEntries();
        return confirmation;
      },
    }),
  };
}

function ownerWarnings(workload: Workload, owner: Owner): ReturnType<Warn> {
  if (owner.type === 'unknown') {
    const what = `A rollback of ${nameOf(workload)} may not be possible: its labels name ${ownerText(owner.claimed)} as its owner, and that is not proven.`;
    return [{ code: 'owner-unknown', message: `${what} ${owner.message}` }];
  }
  if (owner.type === 'flux-helmrelease') return listWarnings(workload, owner);
  if (owner.type !== 'none' || !owner.disproven) return [];
  const text = ownerText(owner.disproven);
  const message = `The labels of ${nameOf(workload)} name ${text} as its owner, which does not list it in status.inventory. Keelson treats it as a workload that nobody reconciles. Remove these labels, or add the workload to ${text}.`;
  return [{ code: 'owner-disproven', message }];
}

/** Where the entries of a HelmRelease go through the Kustomization that applies it, and git changed the list to which they add. */
function listWarnings(workload: Workload, owner: FluxOwner): ReturnType<Warn> {
  const list = `spec.postRenderers of ${ownerText(owner)}`;
  if (owner.breaks) {
    const message = `Flux cannot build the Kustomization that applies ${ownerText(owner)}: git seems to have no spec.postRenderers any more, to which the entry for ${nameOf(workload)} adds. Keelson writes the entry again, so that it needs none.`;
    return [{ code: 'entry-breaks-owner', message }];
  }
  if (!owner.hidesList) return [];
  const message = `What git has in ${list} has no effect: the entry that pins ${nameOf(workload)} keeps the list as Flux last applied it, since Flux could not build the Kustomization otherwise. That ends with the next push that is rolled out.`;
  return [{ code: 'list-hidden', message }];
}

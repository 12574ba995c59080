import { fluxKinds, isFluxOwner } from '../owner/flux-kinds.ts';
import type { Owner, Workload } from '../types.ts';
import { nameOf } from './find-container.ts';
import { whyNoRoom } from './flux/no-room.ts';
import type { WritePath } from './types.ts';

export type Warn = WritePath['warnings'];

const policy =
  'Install the admission policy of Keelson (infrastructure/keelson-pin; it needs Kubernetes 1.36 or newer): pods then get the digest and the image stays as git has it.';

/** Who may revert the image, and when, as part of a message; undefined: nobody. */
function whoReverts(owner: Owner): string | undefined {
  switch (owner.type) {
    case 'none':
    case 'unknown':
    // No image is written there alone.
    case 'flux-kustomization':
      return undefined;
    case 'flux-helmrelease':
      return `Flux applies the image of the chart at the next upgrade of HelmRelease ${owner.namespace}/${owner.name}, or within its interval where spec.driftDetection.mode is "enabled"`;
    case 'argocd':
      return `Argo CD shows ${owner.application === undefined ? 'its Application' : `Application ${owner.application}`} as OutOfSync, and applies the image that git names at the next sync, within seconds where selfHeal is on`;
  }
}

/** How to keep an image where the policy cannot be installed. */
function otherwise({ owner, kind, name }: Workload): string {
  if (isFluxOwner(owner) && owner.readOnly) {
    const { group, plural } = fluxKinds[owner.type];
    return ` Otherwise let Keelson write an entry into it: add the Role and RoleBinding "keelson-flux" (infrastructure/keelson-flux) to namespace ${owner.namespace}, with the verbs get and patch on ${plural}.${group}.`;
  }
  if (owner.type === 'flux-helmrelease') {
    return ` Otherwise add /spec/template/spec/containers to spec.driftDetection.ignore of the HelmRelease for ${kind} ${name}.`;
  }
  if (owner.type === 'argocd') {
    return ' Otherwise set ignoreDifferences with managedFieldsManagers: [keelson] and the sync option RespectIgnoreDifferences=true in the Application.';
  }
  return '';
}

/** That a rollback may not last. Nothing to warn of where an entry in its owner keeps it. */
export function mayBeReverted(workload: Workload, followed?: readonly string[]): ReturnType<Warn> {
  const { owner } = workload;
  if (owner.type === 'flux-helmrelease') return owner.readOnly ? reverted(workload) : [];
  if (owner.type !== 'flux-kustomization') return reverted(workload);
  const noRoom = whyNoRoom(workload, followed);
  const why = owner.readOnly ? `Keelson may not patch Kustomization ${owner.namespace}/${owner.name}` : noRoom;
  if (why === undefined) return [];
  const then =
    'After a bad push Keelson makes Flux skip the workload for the time of keelson.sh/flux-hold (one hour by default); after that Flux applies the image that git names';
  const remedy = owner.readOnly ? otherwise(workload) : ' Or take that list out of the Kustomization in git.';
  const message = `A rollback of ${nameOf(workload)} may be reverted: ${why}, so no digest of Keelson's lasts there. ${then}. ${policy}${remedy}`;
  return [{ code: 'may-be-reverted', message }];
}

/** That an image in the object itself does not last: who reverts it, when, and how to prevent that. */
export function reverted(workload: Workload): ReturnType<Warn> {
  const who = whoReverts(workload.owner);
  if (who === undefined) return [];
  return [
    {
      code: 'may-be-reverted',
      message: `A rollback of ${nameOf(workload)} may be reverted: ${who}. ${policy}${otherwise(workload)}`,
    },
  ];
}

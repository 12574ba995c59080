import type { KubeHttp } from '../http/request.ts';
import { fluxClaims } from '../objects/owner.ts';
import { isFluxOwner } from '../owner/flux-kinds.ts';
import type { ProofOptions } from '../owner/owner-proofs.ts';
import { createOwnerProofs } from '../owner/owner-proofs.ts';
import { createRights } from '../owner/rights.ts';
import type { FluxOwner, Workload } from '../types.ts';
import type { PathMakers } from './choose-path.ts';
import { choosePath } from './choose-path.ts';
import { deletePod } from './delete-pod.ts';
import { createSeenRequests } from './flux/seen-requests.ts';
import { createFluxHelmRelease } from './flux-helm-release.ts';
import { createFluxHold } from './flux-hold.ts';
import { createFluxKustomization } from './flux-kustomization.ts';
import { forOwner } from './for-owner.ts';
import { endHold, holdUntil } from './hold.ts';
import { createImageNudge } from './image-nudge.ts';
import { createImagePin } from './image-pin.ts';
import { readOwnEntries } from './own-entries.ts';
import { createPinPolicy } from './pin-policy.ts';
import { removeAll, removeEntries, removeLeftEntries, unpin } from './remove-all.ts';
import { writeState } from './state.ts';
import { createTemplateAnnotation } from './template-annotation.ts';
import type { PathOptions, PinPolicy, Writes } from './types.ts';
import { whyFixed } from './why-fixed.ts';

export interface WritesOptions {
  /** Every workload that is known, so that a pin in a Kustomization matches no other one of the same image. @default none */
  readonly workloads?: () => Iterable<Workload>;
  /** @default reads it from the API server, at each `refresh` */
  readonly pinPolicy?: PinPolicy;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/**
 * The workload with the object of Flux that its labels name, for an entry that was written there: its owner was proven then, and that it cannot be read
 * now, or was made again, is no reason to forget the entry. A Kustomization is written only where it lists the workload.
 */
function asWritten(workload: Workload, { written, fresh = false }: PathOptions = {}): Workload {
  const isEntry = written === 'flux-helmrelease' || (written === 'flux-kustomization' && !fresh);
  if (!isEntry || workload.owner.type !== 'unknown') return workload;
  const owner = fluxClaims(workload).find(({ type }) => type === written);
  return owner === undefined ? workload : { ...workload, owner };
}

/** Everything that Keelson writes into a cluster, under the field manager `keelson`. */
export function createWrites(
  http: KubeHttp,
  { workloads = () => [], pinPolicy = createPinPolicy(http), now = Date.now }: WritesOptions = {},
): Writes {
  const flux = { workloads, contested: new Map<string, string>(), seen: createSeenRequests(), pinPolicy, now };
  const paths: PathMakers = {
    'image-pin': createImagePin(http),
    'template-annotation': createTemplateAnnotation(http, pinPolicy),
    'flux-kustomization': {
      pin: createFluxKustomization(http, { mode: 'pin', ...flux }),
      unpin: createFluxKustomization(http, { mode: 'unpin', ...flux }),
    },
    'flux-helmrelease': {
      pin: createFluxHelmRelease(http, { mode: 'pin', workloads, now }),
      unpin: createFluxHelmRelease(http, { mode: 'unpin', workloads, now }),
    },
    'image-nudge': {
      pin: createImageNudge(http, 'pin', pinPolicy),
      unpin: createImageNudge(http, 'unpin', pinPolicy),
    },
    'flux-hold': (holdMs) => createFluxHold(http, holdMs, now),
  };
  const proofs = createOwnerProofs(http, { readEntries: readOwnEntries, now });
  const rights = createRights(http, now);

  /** Where the admission policy works no owner is written into, and the right is left out on purpose. */
  async function withOwner(claimed: Workload, options: ProofOptions = {}): Promise<Workload> {
    const workload = await proofs.withOwner(claimed, options);
    const { owner, namespace } = workload;
    const isUnchecked = workload === claimed;
    if (isUnchecked || !isFluxOwner(owner) || pinPolicy.worksIn(namespace)) return workload;
    const allowed = await rights.mayPatch(owner, options);
    return allowed === false ? { ...workload, owner: { ...owner, readOnly: true } } : workload;
  }

  const forgetting = (owners: readonly FluxOwner[], writing: Promise<void>) =>
    writing.finally(() => owners.forEach(proofs.forget));

  return {
    pinPolicy,
    withOwner,
    whyFixed: (workload, container) => whyFixed(workload, container, pinPolicy),
    async pathFor(claimed, direction, options) {
      const workload = asWritten(await withOwner(claimed, options), options);
      const path = choosePath(paths, pinPolicy, workload, direction, options);
      return forOwner(path, workload, { pinPolicy, rights, forget: proofs.forget, now });
    },
    writeState: (workload, state, signal) => writeState(http, workload, state, signal),
    removeAll: (workload, signal) => forgetting(fluxClaims(workload), removeAll(http, workload, now(), signal)),
    unpin: (workload, signal) => forgetting(fluxClaims(workload), unpin(http, workload, now(), signal)),
    removeEntries: (workload, owner, { left = false, signal } = {}) =>
      forgetting([owner], (left ? removeLeftEntries : removeEntries)(http, workload, owner, now(), signal)),
    holdUntil,
    endHold: (workload, signal) => endHold(http, workload, signal),
    deletePod: (pod, signal) => deletePod(http, pod, signal),
  };
}

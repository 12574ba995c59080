import type { KubeHttp } from '../http/request.ts';
import { workloadPath } from '../objects/kinds.ts';
import { readWorkload } from '../objects/workload.ts';
import { spansOthers } from '../owner/inventory.ts';
import type { Workload } from '../types.ts';
import { patchFields } from './field-patch.ts';
import { nameOf } from './find-container.ts';
import type { WantedPin } from './flux/change-pins.ts';
import { concerns } from './flux/concerns.ts';
import { confirmPins } from './flux/confirm-pins.ts';
import { entryPins, isOf, overridingImage } from './flux/image-entries.ts';
import type { Kustomization, KustomizationKey } from './flux/kustomization.ts';
import { getKustomization } from './flux/kustomization.ts';
import { hasPatches } from './flux/patch-entries.ts';
import { proofOf } from './flux/proof.ts';
import { readRequest } from './flux/request.ts';
import type { SeenRequests } from './flux/seen-requests.ts';
import type { WantedPinsOptions } from './flux/wanted-pins.ts';
import { expectListed, wantedPins } from './flux/wanted-pins.ts';
import { writePins } from './flux/write-pins.ts';
import { bridgeMs, holdFor } from './hold.ts';
import { nudge } from './image-nudge.ts';
import { stateOf } from './state.ts';
import type { ImageChange, PinPolicy, WritePath } from './types.ts';
import { mayBeReverted } from './warnings.ts';

export interface FluxKustomizationOptions extends WantedPinsOptions {
  /** By Kustomization: the other field manager of the `spec.patches` that holds Keelson's patches. */
  readonly contested: Map<string, string>;
  readonly seen: SeenRequests;
  readonly pinPolicy: Pick<PinPolicy, 'worksIn'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

function keyOf({ owner }: Workload): KustomizationKey | undefined {
  return owner.type === 'flux-kustomization' ? owner : undefined;
}

function hasPinsOf(read: Kustomization, workload: Workload): boolean {
  return entryPins(read).some((pin) => isOf(pin, workload)) || hasPatches(read, workload);
}

function textOf({ namespace, name }: KustomizationKey): string {
  return `${namespace}/${name}`;
}

/**
 * For objects that a Flux Kustomization reconciles, where the digest has to last: an entry in the Kustomization, so that Flux itself writes the
 * digest from now on, then the image in the object (without it Flux first waits for a health check that is under way). In this order: a
 * reconciliation in between would revert the image.
 */
export function createFluxKustomization(
  http: KubeHttp,
  { mode, workloads, contested, seen, pinPolicy, now }: FluxKustomizationOptions,
): WritePath {
  /** Whether Flux applied the entry and the live image still lacks its digest: git spells the image otherwise. */
  async function isIneffective(workload: Workload, read: Kustomization, { container, image, digest }: WantedPin) {
    const present = entryPins(read).some(
      (pin) => isOf(pin, workload) && pin.container === container && pin.image === image && pin.digest === digest,
    );
    const request = readRequest(read);
    if (!present || request === undefined || request.skips || !proofOf(read, request).applied) return false;
    const live = readWorkload(workload.kind, await http.request({ path: workloadPath(workload) }));
    return live?.containers.find(({ name }) => name === container)?.image.endsWith(`@${digest}`) === false;
  }

  async function writeEntries(
    workload: Workload,
    changes: readonly ImageChange[],
    signal?: AbortSignal,
  ): Promise<Kustomization | undefined> {
    const key = keyOf(workload);
    if (key === undefined) return undefined;
    let otherManager: string | undefined;
    const written = await writePins(
      http,
      key,
      async (read) => {
        if (mode === 'pin') expectListed('flux-kustomization', read, workload);
        else if (!concerns(read, workload)) return undefined;
        const change = wantedPins(workload, changes, { mode, workloads, owns: read.owns });
        otherManager = read.patchesOwner;
        // An entry by image hits whatever has that image, and who may write the workload chooses which. In a list that git writes no patch lasts.
        const isWide = spansOthers(read.owns, workload) && read.patchesOwner === undefined;
        const ineffective = await Promise.all(change.wanted.map((pin) => isIneffective(workload, read, pin)));
        return {
          ...change,
          wanted: change.wanted
            .map((pin, index) => ({ ...pin, byPatch: pin.byPatch || ineffective[index] === true || isWide }))
            .filter(({ image }) => overridingImage(read, image) === undefined),
        };
      },
      { skips: true, now: now() },
      signal,
    );
    if (mode === 'unpin') contested.delete(textOf(key));
    else if (otherManager !== undefined && written && hasPatches(written, workload))
      contested.set(textOf(key), otherManager);
    return written;
  }

  /** Whether a pass that does not know what was written may be under way, or come. */
  function isOpen(read: Kustomization | undefined): boolean {
    const request = read && readRequest(read);
    return read !== undefined && request !== undefined && !proofOf(read, request).read;
  }

  /** First the entry, so that whatever Flux does next agrees with the image; meanwhile it skips the object, where a pass may not know the entry yet. */
  const pinImage: WritePath['write'] = async (workload, changes, options) => {
    const edits = nudge(workload, changes, mode, options);
    const written = await writeEntries(workload, changes, options?.signal);
    const isPinned = written !== undefined && hasPinsOf(written, workload);
    const hold = isPinned && isOpen(written) ? holdFor(workload, { ms: bridgeMs, now: now() }) : {};
    return patchFields(http, workload, { ...edits, annotations: { ...edits.annotations, ...hold } }, options?.signal);
  };

  /**
   * First the object, which Flux skips from then on, and then the entry: a pass that still knows the entry would write the old digest back, and one that
   * knows of its removal already would start pods without the next digest.
   */
  const unpinImage: WritePath['write'] = async (workload, changes, options) => {
    const edits = nudge(workload, changes, mode, options);
    const key = keyOf(workload);
    const read = key && (await getKustomization(http, key, options?.signal));
    const needsHold = read !== undefined && (hasPinsOf(read, workload) || isOpen(read));
    const annotations = needsHold
      ? { ...stateOf(options), ...holdFor(workload, { ms: bridgeMs, now: now() }) }
      : edits.annotations;
    const result = await patchFields(http, workload, { ...edits, annotations }, options?.signal);
    if (read !== undefined) await writeEntries(workload, changes, options?.signal);
    return result;
  };

  const write = mode === 'pin' ? pinImage : unpinImage;

  return {
    name: 'flux-kustomization',
    warnings(workload, followed) {
      const key = keyOf(workload);
      const otherManager = key && contested.get(textOf(key));
      if (key === undefined || otherManager === undefined || mode === 'unpin') {
        return pinPolicy.worksIn(workload.namespace) ? [] : mayBeReverted(workload, followed);
      }
      return [
        {
          code: 'may-be-reverted',
          message: `A rollback of ${nameOf(workload)} is written into spec.patches of Kustomization ${textOf(key)}, a list that ${otherManager} writes too and may revert at its next reconciliation. Install the admission policy of Keelson (infrastructure/keelson-pin), or take spec.patches out of that Kustomization in git.`,
        },
      ];
    },
    write,
    async confirm(workload, signal) {
      const key = keyOf(workload);
      if (key === undefined) return { outcome: 'ok' };
      return confirmPins(http, key, workload, { mode, again: write, seen, now: now(), signal });
    },
  };
}

import type { WorkloadKey } from '@keelson/core';
import type { KubeHttp } from '../http/request.ts';
import { workloadPath } from '../objects/kinds.ts';
import { readWorkload } from '../objects/workload.ts';
import { spansOthers } from '../owner/inventory.ts';
import type { Workload } from '../types.ts';
import { patchFields } from './field-patch.ts';
import { withoutPins } from './flux/change-pins.ts';
import type { WantedPinsOptions } from './flux/wanted-pins.ts';
import { expectListed, wantedPins } from './flux/wanted-pins.ts';
import { confirmRelease } from './helm/confirm-release.ts';
import { confirmRemoval } from './helm/confirm-removal.ts';
import type { HelmRelease, HelmReleaseKey } from './helm/helm-release.ts';
import { proofOf } from './helm/proof.ts';
import { pinnedIn } from './helm/release-pins.ts';
import { writeRelease } from './helm/write-release.ts';
import { nudge } from './image-nudge.ts';
import type { ImageChange, WritePath } from './types.ts';

export interface FluxHelmReleaseOptions extends WantedPinsOptions {
  readonly now: () => number;
}

function keyOf({ owner }: Workload): HelmReleaseKey | undefined {
  return owner.type === 'flux-helmrelease' ? owner : undefined;
}

/**
 * For objects of a Helm release that Flux upgrades, where the digest has to last: an entry in the HelmRelease's post-renderers, so that every upgrade
 * renders the digest from now on; right after it the image in the object. The nudge ends an upgrade that waits for bad pods, and as its image is
 * the rendered one to the byte, the upgrade that uses the entry then changes nothing. Entry first: a pass in between would revert the image.
 */
export function createFluxHelmRelease(http: KubeHttp, { mode, workloads, now }: FluxHelmReleaseOptions): WritePath {
  /** Whether an upgrade used the entry by image, and the live image still lacks its digest: the chart spells the image otherwise. */
  async function ineffectiveIn(workload: Workload, read: HelmRelease): Promise<ReadonlySet<string>> {
    const byImage = pinnedIn(read, workload).filter(({ by }) => by === 'image');
    if (byImage.length === 0 || proofOf(read, now()).state !== 'proven') return new Set();
    const live = readWorkload(workload.kind, await http.request({ path: workloadPath(workload) }));
    const lacks = byImage.filter(
      ({ container, digest }) =>
        live?.containers.find(({ name }) => name === container)?.image.endsWith(`@${digest}`) === false,
    );
    return new Set(lacks.map(({ container }) => container));
  }

  async function writeEntries(
    workload: Workload,
    changes: readonly ImageChange[],
    signal?: AbortSignal,
  ): Promise<void> {
    const key = keyOf(workload);
    if (key === undefined) return;
    await writeRelease(http, key, {
      signal,
      now: now(),
      isConfirmed: mode === 'unpin',
      change: async (read) => {
        if (mode === 'pin') expectListed('flux-helmrelease', read, workload);
        const change = wantedPins(workload, changes, { mode, workloads, owns: read.owns });
        const ineffective = change.wanted.length === 0 ? new Set() : await ineffectiveIn(workload, read);
        return {
          ...change,
          wanted: change.wanted.map((pin) => ({
            ...pin,
            byPatch: pin.byPatch || ineffective.has(pin.container) || spansOthers(read.owns, workload),
          })),
        };
      },
    });
  }

  const write: WritePath['write'] = async (workload, changes, options) => {
    const edits = nudge(workload, changes, mode, options);
    await writeEntries(workload, changes, options?.signal);
    return patchFields(http, workload, edits, options?.signal);
  };

  return {
    name: 'flux-helmrelease',
    warnings: () => [],
    write,
    async confirm(workload, signal) {
      const key = keyOf(workload);
      if (key === undefined) return { outcome: 'ok' };
      if (mode === 'unpin') return confirmRemoval(http, key, { workload, now: now(), signal });
      const remove = (ending?: AbortSignal) => unpinRelease(http, key, workload, now(), ending);
      return confirmRelease(http, key, { workload, again: write, remove, now: now(), signal });
    },
  };
}

/** Removes Keelson's entries for a workload from the HelmRelease that owns it, and from the Kustomization that applies that. */
export async function unpinRelease(
  http: KubeHttp,
  key: HelmReleaseKey,
  workload: WorkloadKey,
  now: number,
  signal?: AbortSignal,
): Promise<void> {
  await writeRelease(http, key, { change: () => withoutPins(workload), now, signal });
}

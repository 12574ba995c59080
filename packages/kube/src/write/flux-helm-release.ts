import type { WorkloadKey } from '@keelson/core';
import { unpin } from '@keelson/image';
import { ConflictError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';
import { workloadPath } from '../objects/kinds.ts';
import { readWorkload } from '../objects/workload.ts';
import { lists } from '../owner/owner-proofs.ts';
import type { Workload } from '../types.ts';
import { patchFields } from './field-patch.ts';
import { findContainer, nameOf } from './find-container.ts';
import type { WantedPin } from './flux/change-pins.ts';
import { withoutPins } from './flux/change-pins.ts';
import { isOf } from './flux/image-entries.ts';
import { confirmRelease } from './helm/confirm-release.ts';
import { confirmRemoval } from './helm/confirm-removal.ts';
import type { HelmRelease, HelmReleaseKey } from './helm/helm-release.ts';
import { nameOfRelease } from './helm/helm-release.ts';
import { proofOf } from './helm/proof.ts';
import { pinnedIn } from './helm/release-pins.ts';
import { writeRelease } from './helm/write-release.ts';
import type { NudgeMode } from './image-nudge.ts';
import { nudge } from './image-nudge.ts';
import { spelledByAuthor } from './pins.ts';
import type { ImageChange, WritePath } from './types.ts';

export interface FluxHelmReleaseOptions {
  /** `pin`: pin the digest in the HelmRelease. `unpin`: remove that pin, and roll the next digest out by the annotation. */
  readonly mode: NudgeMode;
  /** Every workload that is known: an entry by image hits all containers of that image in the release. */
  readonly workloads: () => Iterable<Workload>;
  readonly now: () => number;
}

function keyOf({ owner }: Workload): HelmReleaseKey | undefined {
  return owner.type === 'flux-helmrelease' ? owner : undefined;
}

/** The last proof before an entry: from what the entry's own write is guarded by. @throws ConflictError when it does not list the workload */
function expectListed(read: HelmRelease, workload: Workload): void {
  if (lists(read.owns, workload)) return;
  throw new ConflictError(`${nameOfRelease(read)} does not list ${nameOf(workload)} in status.inventory.`);
}

/**
 * For objects of a Helm release that Flux upgrades, where the digest has to last: an entry in the HelmRelease's post-renderers, so that every upgrade
 * renders the digest from now on; right after it the image in the object. The nudge ends an upgrade that waits for bad pods, and as its image is
 * the rendered one to the byte, the upgrade that uses the entry then changes nothing. Entry first: a pass in between would revert the image.
 */
export function createFluxHelmRelease(http: KubeHttp, { mode, workloads, now }: FluxHelmReleaseOptions): WritePath {
  /** Whether another container of the release, of this workload or another one, names the image too. */
  function isShared(workload: Workload, image: string, changed: ReadonlySet<string>): boolean {
    const key = keyOf(workload);
    const names = ({ containers }: Workload, except: ReadonlySet<string>) =>
      containers.some((container) => !except.has(container.name) && unpin(container.image) === image);
    if (names(workload, changed)) return true;
    for (const other of workloads()) {
      const { owner } = other;
      const same = owner.type === 'flux-helmrelease' && owner.name === key?.name && owner.namespace === key.namespace;
      if (same && !isOf(other, workload) && names(other, new Set())) return true;
    }
    return false;
  }

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

  function wantedOf(workload: Workload, changes: readonly ImageChange[]): readonly WantedPin[] {
    if (mode === 'unpin') return [];
    const changed = new Set(changes.map(({ container }) => container));
    const { kind, namespace, name } = workload;
    return changes.map((change) => {
      const { name: container, image: live, init, index } = findContainer(workload, change);
      const image = spelledByAuthor(workload, container, live);
      const byPatch = isShared(workload, image, changed);
      const { digest } = change;
      return { kind, namespace, name, container, init, image, digest, byPatch, isFirst: !init && index === 0 };
    });
  }

  async function writeEntries(
    workload: Workload,
    changes: readonly ImageChange[],
    signal?: AbortSignal,
  ): Promise<void> {
    const key = keyOf(workload);
    if (key === undefined) return;
    const wanted = wantedOf(workload, changes);
    const changed = new Set(changes.map(({ container }) => container));
    // A container that is gone or no longer pinned needs no entry: the chart moved its tag, and the entry would return with the old one.
    const pinned = new Set(workload.containers.filter(({ image }) => image.includes('@')).map(({ name }) => name));
    const dropped = (container: string) => changed.has(container) || !pinned.has(container);
    await writeRelease(http, key, {
      signal,
      now: now(),
      change: async (read) => {
        if (mode === 'pin') expectListed(read, workload);
        const ineffective = wanted.length === 0 ? new Set() : await ineffectiveIn(workload, read);
        return {
          workload,
          dropped,
          wanted: wanted.map((pin) => ({ ...pin, byPatch: pin.byPatch || ineffective.has(pin.container) })),
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
      if (mode === 'unpin') return confirmRemoval(http, key, workload, signal);
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

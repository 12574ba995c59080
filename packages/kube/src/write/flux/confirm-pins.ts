import type { WorkloadKey } from '@keelson/core';
import type { Digest } from '@keelson/image';
import type { KubeHttp } from '../../http/request.ts';
import { workloadPath } from '../../objects/kinds.ts';
import { readWorkload } from '../../objects/workload.ts';
import type { Workload } from '../../types.ts';
import { nameOf } from '../find-container.ts';
import { spelledByAuthor } from '../pins.ts';
import type { WriteConfirmation, WritePath } from '../types.ts';
import { withoutPins } from './change-pins.ts';
import { entryPins, isOf, overridingImage } from './image-entries.ts';
import type { Kustomization, KustomizationKey } from './kustomization.ts';
import { getKustomization, verdictOf } from './kustomization.ts';
import { patchPins } from './patch-entries.ts';
import { writePins } from './write-pins.ts';

interface PinnedContainer {
  readonly container: string;
  readonly digest: Digest;
  readonly by: 'entry' | 'patch';
}

const advice = 'Install the admission policy of Keelson (infrastructure/keelson-pin), which needs none of that.';

/**
 * What became of Keelson's entries in the Kustomization. Entries that break it or have no effect are removed again. An entry in `spec.images` without
 * effect is written once more first, by `again`, which then takes `spec.patches`.
 */
export async function confirmPins(
  http: KubeHttp,
  key: KustomizationKey,
  workload: Workload,
  again: WritePath['write'],
  signal?: AbortSignal,
): Promise<WriteConfirmation> {
  const read = await getKustomization(http, key, signal);
  // Labels without a Kustomization: nobody reconciles the object, and its image stays.
  if (read === undefined) return { outcome: 'ok' };
  const pinned = pinnedContainers(read, workload);
  if (pinned.length === 0) return { outcome: 'reverted', message: whyGone(read, workload) };

  const verdict = verdictOf(read, `${workload.kind}/${workload.namespace}/${workload.name}`);
  if (verdict.outcome === 'pending') return { outcome: 'pending' };
  const text = `Kustomization ${key.namespace}/${key.name}`;
  if (verdict.outcome === 'failed') {
    await writePins(http, key, () => withoutPins(workload), signal);
    const message = `Flux could not reconcile ${text} with the entry that pins the image of ${nameOf(workload)}, so Keelson removed the entry. Flux says: ${verdict.message}`;
    return { outcome: 'reverted', message };
  }

  const live = readWorkload(workload.kind, await http.request({ path: workloadPath(workload), signal }));
  const ineffective = pinned.filter(({ container, digest }) => {
    const image = live?.containers.find(({ name }) => name === container)?.image;
    return image !== undefined && !image.endsWith(`@${digest}`);
  });
  if (live === undefined || ineffective.length === 0) return { outcome: 'ok' };
  if (ineffective.every(({ by }) => by === 'entry')) {
    const changes = ineffective.map(({ container, digest }) => {
      const expected = live.containers.find(({ name }) => name === container)?.image ?? '';
      return { container, expected, digest };
    });
    await again(live, changes, { signal });
    return { outcome: 'pending' };
  }
  await writePins(http, key, () => withoutPins(workload), signal);
  const message = `Flux reconciled ${text} without giving ${nameOf(workload)} the pinned digest: the list of images in its kustomization.yaml sets that image itself. ${advice}`;
  return { outcome: 'reverted', message };
}

/** The containers of a workload that entries and patches of Keelson's pin, each with its digest. */
function pinnedContainers(kustomization: Kustomization, workload: WorkloadKey): readonly PinnedContainer[] {
  const entries = entryPins(kustomization).filter((pin) => isOf(pin, workload));
  return [
    ...entries.map(({ container, digest }) => ({ container, digest, by: 'entry' as const })),
    ...patchPins(kustomization, workload).map((pin) => ({ ...pin, by: 'patch' as const })),
  ];
}

/** Why no entry of Keelson's is there, although one was written, or none could be. */
function whyGone(read: Kustomization, workload: Workload): string {
  const key = `${read.namespace}/${read.name}`;
  for (const { name, image } of workload.containers) {
    const by = overridingImage(read, spelledByAuthor(workload, name, image));
    if (by === undefined) continue;
    return `Kustomization ${key} sets image "${by}" itself, in spec.images, which reverts every digest that is written there for ${nameOf(workload)}. ${advice}`;
  }
  const owner = read.patchesOwner ?? read.imagesOwner;
  const who = owner === undefined ? '' : `, which ${owner} writes`;
  return `The entry that pins the image of ${nameOf(workload)} is gone from Kustomization ${key}${who}: Flux will apply the image that git names. ${advice}`;
}

import type { KubeHttp } from '../../http/request.ts';
import { workloadPath } from '../../objects/kinds.ts';
import { readWorkload } from '../../objects/workload.ts';
import type { Workload, WriteConfirmation, WritePath } from '../../types.ts';
import { spelledByAuthor } from '../digest-annotation.ts';
import { nameOf } from '../find-container.ts';
import type { HeldContainer } from './held-containers.ts';
import { heldContainers } from './held-containers.ts';
import type { Kustomization, KustomizationKey } from './kustomization.ts';
import { getKustomization } from './kustomization.ts';
import { overridingImage } from './overriding-image.ts';
import { withoutPins } from './pin-change.ts';
import { verdictOf } from './verdict.ts';
import { writePins } from './write-pins.ts';

const advice = 'Install the admission policy of Keelson (infrastructure/keelson-pin), which needs none of that.';

/** Why there is no entry of ours, though one was written, or none could be. */
function whyGone(read: Kustomization, workload: Workload): string {
  const key = `${read.namespace}/${read.name}`;
  for (const { name, image } of workload.containers) {
    const by = overridingImage(read, spelledByAuthor(workload, name, image));
    if (by === undefined) continue;
    return `Kustomization ${key} sets image "${by}" itself, in spec.images, which undoes every digest that is put there for ${nameOf(workload)}. ${advice}`;
  }
  const owner = read.patchesOwner ?? read.imagesOwner;
  const who = owner === undefined ? '' : `, which ${owner} writes`;
  return `The entry that holds the image of ${nameOf(workload)} is gone from Kustomization ${key}${who}: Flux will put back the image that git names. ${advice}`;
}

/** What Flux has applied without the digest that our entry gives. */
async function lost(http: KubeHttp, workload: Workload, held: readonly HeldContainer[], signal?: AbortSignal) {
  const object = await http.request({ path: workloadPath(workload), ...(signal && { signal }) });
  const live = readWorkload(workload.kind, object);
  const containers = held.filter(({ container, digest }) => {
    const image = live?.containers.find(({ name }) => name === container)?.image;
    return image !== undefined && !image.endsWith(`@${digest}`);
  });
  return { live, containers };
}

/**
 * What became of our entries in the Kustomization. Those that break it, or do nothing, are taken out again. An entry in `spec.images` that
 * does nothing is written once more, by `again`, which then takes `spec.patches`.
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
  const held = heldContainers(read, workload);
  if (held.length === 0) return { outcome: 'reverted', message: whyGone(read, workload) };

  const verdict = verdictOf(read, `${workload.kind}/${workload.namespace}/${workload.name}`);
  if (verdict.outcome === 'pending') return { outcome: 'pending' };
  const text = `Kustomization ${key.namespace}/${key.name}`;
  if (verdict.outcome === 'failed') {
    await writePins(http, key, () => withoutPins(workload), signal);
    const message = `Flux could not reconcile ${text} with the entry that holds the image of ${nameOf(workload)}, so it was taken out again. Flux says: ${verdict.message}`;
    return { outcome: 'reverted', message };
  }

  const { live, containers } = await lost(http, workload, held, signal);
  if (live === undefined || containers.length === 0) return { outcome: 'ok' };
  if (containers.every(({ by }) => by === 'entry')) {
    const changes = containers.map(({ container, digest }) => {
      const expected = live.containers.find(({ name }) => name === container)?.image ?? '';
      return { container, expected, digest };
    });
    await again(live, changes, { signal });
    return { outcome: 'pending' };
  }
  await writePins(http, key, () => withoutPins(workload), signal);
  const message = `Flux reconciled ${text} and did not give ${nameOf(workload)} the digest that is put there: the list of images in its kustomization.yaml sets that image itself. ${advice}`;
  return { outcome: 'reverted', message };
}

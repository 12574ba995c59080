import { isDeepStrictEqual } from 'node:util';
import { ConflictError } from '../../http/kube-error.ts';
import type { KubeHttp } from '../../http/request.ts';
import type { Workload } from '../../types.ts';
import { nameOf } from '../find-container.ts';
import type { Kustomization } from '../flux/kustomization.ts';
import { releasePins } from '../flux/patch-entries.ts';
import { proofOf as proofOfKustomization } from '../flux/proof.ts';
import { readRequest } from '../flux/request.ts';
import { advice, broken, byOldPass } from '../flux/why-pending.ts';
import type { WriteConfirmation, WritePath } from '../types.ts';
import { mayLackList } from './git-list.ts';
import type { HelmRelease, HelmReleaseKey } from './helm-release.ts';
import { nameOfRelease } from './helm-release.ts';
import { proofOf } from './proof.ts';
import type { ReleaseRead } from './read-in-order.ts';
import { readInOrder } from './read-in-order.ts';
import type { PinnedContainer } from './release-pins.ts';
import { pinnedIn } from './release-pins.ts';

/** What is pinned for a workload. */
interface Pins {
  readonly pinned: readonly PinnedContainer[];
  /** The Kustomization whose patches add the entries to the HelmRelease; absent: they are in the HelmRelease itself. */
  readonly through?: Kustomization;
  readonly arrived: boolean;
}

function pinsOf({ release, through }: ReleaseRead, workload: Workload): Pins {
  const { listOwner, postRenderers = [] } = release;
  if (listOwner === undefined) return { pinned: pinnedIn(release, workload), arrived: true };
  if (through === undefined) return { pinned: [], arrived: true };
  const pinned = releasePins(through, workload, release);
  const arrived = pinned.every(({ added }) => postRenderers.some((there) => isDeepStrictEqual(there, added)));
  return { pinned, through, arrived };
}

/** Why the patch in a Kustomization does not reach the HelmRelease; undefined: it may still come. */
function whyNotArrived(through: Kustomization, key: HelmReleaseKey): string | undefined {
  const request = readRequest(through);
  if (request === undefined) return undefined;
  const proof = proofOfKustomization(through, request);
  const failure = broken(through, proof, request, `HelmRelease/${key.namespace}/${key.name}`);
  if (failure !== undefined) return `Flux says: ${failure}`;
  return proof.applied ? 'Flux applied it without effect.' : undefined;
}

interface Confirming {
  readonly workload: Workload;
  /** Writes a digest once more, now by the container's name. */
  readonly again: WritePath['write'];
  readonly remove: (signal?: AbortSignal) => Promise<void>;
  readonly now: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * What became of Keelson's entry for a workload. Until an upgrade is proven to have used it, one that began before may still apply what it knew:
 * whatever that reverts says nothing about the entry. An entry that breaks the Kustomization which adds it, with which an upgrade failed, or which has no
 * effect is removed again; one by an image that no container names is first written once more by the container's name.
 */
export async function confirmRelease(
  http: KubeHttp,
  key: HelmReleaseKey,
  confirming: Confirming,
): Promise<WriteConfirmation> {
  try {
    return await confirm(http, key, confirming);
  } catch (error) {
    if (error instanceof ConflictError) return { outcome: 'pending' };
    throw error;
  }
}

async function confirm(
  http: KubeHttp,
  key: HelmReleaseKey,
  { workload, again, remove, now, signal }: Confirming,
): Promise<WriteConfirmation> {
  const read = await readInOrder(http, key, workload, signal);
  // Labels without a HelmRelease: nobody reconciles the object, and its image stays.
  if (read === undefined) return { outcome: 'ok' };
  const { release, live } = read;
  const reverted = async (message: string): Promise<WriteConfirmation> => {
    await remove(signal);
    return { outcome: 'reverted', message };
  };
  const text = nameOfRelease(key);
  const { pinned, through, arrived } = pinsOf(read, workload);
  if (pinned.length === 0) return reverted(whyGone(release, workload));
  const missing = pinned.filter(({ container, digest }) => {
    const image = live.containers.find(({ name }) => name === container)?.image;
    return image !== undefined && !image.endsWith(`@${digest}`);
  });
  if (through !== undefined && mayLackList(through, key)) {
    const changes = pinned.flatMap(({ container, digest }) => {
      const expected = live.containers.find(({ name }) => name === container)?.image;
      return expected === undefined ? [] : [{ container, expected, digest }];
    });
    await again(live, changes, { signal });
    return { outcome: 'pending', message: `Flux could not add the entry to ${text}: it needs no list of git's now.` };
  }
  const isMissing: WriteConfirmation = { outcome: 'again', message: `${byOldPass(text)} It is written again.` };
  if (through !== undefined && !arrived) {
    const owner = `Kustomization ${through.namespace}/${through.name}`;
    const why = whyNotArrived(through, key);
    if (why !== undefined) {
      return reverted(
        `The entry for ${nameOf(workload)} does not reach ${text} through ${owner}, so Keelson removed it. ${why}`,
      );
    }
    if (missing.length > 0) return isMissing;
    return { outcome: 'pending', message: `${owner} has not added the entry to ${text} yet.` };
  }
  const proof = proofOf(release, now);
  if (proof.state === 'rolled-back') return reverted(`${proof.message} Keelson removed its entry.`);
  if (proof.state === 'pending') {
    if (missing.length > 0) return isMissing;
    const { code, message } = proof;
    return { outcome: 'pending', message, ...(code !== undefined && { code }) };
  }
  if (missing.length === 0) return { outcome: 'ok' };
  const byOthers = missing.filter(({ container }) => !isAppliedByHelm(live, container));
  if (byOthers.length > 0) {
    return {
      outcome: 'again',
      message: `Another field manager wrote the image of ${nameOf(workload)}. It is written again.`,
    };
  }
  if (missing.some(({ by }) => by === 'container')) {
    return reverted(`${text} was upgraded without giving ${nameOf(workload)} the pinned digest. ${advice}`);
  }
  const changes = missing.map(({ container, digest }) => {
    const expected = live.containers.find(({ name }) => name === container)?.image ?? '';
    return { container, expected, digest };
  });
  await again(live, changes, { signal });
  return { outcome: 'pending', message: `${text} names the image otherwise: the entry names the container now.` };
}

function isAppliedByHelm({ writers }: Workload, container: string): boolean {
  return writers[`image:${container}`]?.[0]?.manager === 'helm-controller';
}

/** Why no entry of Keelson's is there, although one was written. */
function whyGone(release: HelmRelease, workload: Workload): string {
  const who = release.listOwner === undefined ? '' : `, which ${release.listOwner} writes`;
  return `The entry that pins the image of ${nameOf(workload)} is gone from spec.postRenderers of ${nameOfRelease(release)}${who}: Flux will apply the image of the chart. ${advice}`;
}

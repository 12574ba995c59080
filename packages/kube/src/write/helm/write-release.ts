import { ConflictError, isStale, KubeError } from '../../http/kube-error.ts';
import type { KubeHttp } from '../../http/request.ts';
import { fieldManager } from '../../keys.ts';
import type { PinChange } from '../flux/change-pins.ts';
import { concernsThrough, releaseConcerns } from '../flux/concerns.ts';
import type { Kustomization } from '../flux/kustomization.ts';
import { isListedIn } from '../flux/patch-entries.ts';
import { newRequestValue } from '../flux/request.ts';
import { writePins } from '../flux/write-pins.ts';
import { appliedList, mayLackList } from './git-list.ts';
import type { HelmRelease, HelmReleaseKey } from './helm-release.ts';
import { getHelmRelease, helmReleasePath, nameOfRelease, readHelmRelease } from './helm-release.ts';
import { changeRelease } from './release-pins.ts';

/** helm-controller writes its status several times in one pass, and each write changes the resourceVersion. */
const tries = 8;

export interface ReleaseWrite {
  readonly change: (read: HelmRelease) => PinChange | Promise<PinChange>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whether something waits for the proof that what is removed here was removed by Flux too. @default false */
  readonly isConfirmed?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** No field of the HelmRelease is Keelson's to write, and none of a Kustomization reaches it. */
function noWay(release: HelmRelease): KubeError {
  const message = `spec.postRenderers of ${nameOfRelease(release)} is written by ${release.listOwner}, and no Flux Kustomization lists the HelmRelease in its status.inventory, so no entry of Keelson's would last there.`;
  return new KubeError(message, { code: 'invalid' });
}

/** Through the Kustomization that applies the HelmRelease: its patch is added to the list that git has. */
async function writeThrough(
  http: KubeHttp,
  release: HelmRelease,
  { dropped, wanted, workload }: PinChange,
  { now, isConfirmed = false, signal }: Omit<ReleaseWrite, 'change'>,
): Promise<void> {
  const { appliedBy, namespace, name, targetNamespace } = release;
  if (appliedBy === undefined) {
    if (wanted.length === 0) return;
    throw noWay(release);
  }
  const patches = wanted.map((pin) => ({
    ...pin,
    byPatch: true,
    release: { namespace, name, byContainer: pin.byPatch, targetNamespace },
  }));
  const change = (read: Kustomization): PinChange | undefined => {
    // The labels of a HelmRelease are a claim, as those of a workload are.
    if (wanted.length > 0 && !isListedIn(read, release)) throw noWay(release);
    if (wanted.length === 0 && !concernsThrough(read, release, workload)) return undefined;
    const list = mayLackList(read, release) ? { list: appliedList(read, release) } : {};
    return { workload, dropped, wanted: patches, release: { namespace, name }, ...list };
  };
  const request = wanted.length > 0 || isConfirmed ? { skips: false, now } : undefined;
  const written = await writePins(http, appliedBy, change, request, signal);
  if (written === undefined && wanted.length > 0) throw noWay(release);
}

/** Removes what is left in the Kustomization from when git had a list: nothing to remove where it is gone or may not be read. */
async function tidyKustomization(
  http: KubeHttp,
  release: HelmRelease,
  change: PinChange,
  options: Pick<ReleaseWrite, 'now' | 'signal'>,
): Promise<void> {
  try {
    await writeThrough(http, release, { ...change, wanted: [] }, options);
  } catch (error) {
    if (!(error instanceof KubeError) || !['forbidden', 'not-found'].includes(error.code)) throw error;
  }
}

/**
 * Reads a HelmRelease, changes Keelson's pins of it, and writes exactly that, guarded by its resourceVersion (law 3): by server-side apply where
 * nobody else writes `spec.postRenderers`, else through the Kustomization that applies it.
 *
 * @returns what is there now; undefined where the HelmRelease does not exist
 * @throws ConflictError when it changed in between each time
 * @throws KubeError `invalid` where neither of the two lasts
 */
export async function writeRelease(
  http: KubeHttp,
  key: HelmReleaseKey,
  { change, now, isConfirmed = false, signal }: ReleaseWrite,
): Promise<HelmRelease | undefined> {
  let cause: unknown;
  for (let tried = 0; tried < tries; tried += 1) {
    const read = await getHelmRelease(http, key, signal);
    if (read === undefined) return undefined;
    const wanted = await change(read);
    if (read.listOwner !== undefined) {
      await writeThrough(http, read, wanted, { now, isConfirmed, signal });
      return read;
    }
    await tidyKustomization(http, read, wanted, { now, signal });
    if (wanted.wanted.length === 0 && !releaseConcerns(read, wanted.workload)) return read;
    const body = changeRelease(read, wanted, newRequestValue(now));
    if (body === undefined) return read;
    try {
      // Force takes the stamp, which whoever requests a reconciliation writes; nobody else has the list, by the resourceVersion.
      const answer = await http.request({
        method: 'PATCH',
        path: helmReleasePath(key),
        query: { fieldManager, force: true },
        contentType: 'application/apply-patch+yaml',
        body,
        signal,
      });
      return readHelmRelease(answer) ?? read;
    } catch (error) {
      // Another uid under the same name is answered 422 "metadata.uid: field is immutable".
      if (!isStale(error, ({ namesField }) => namesField === 'metadata.uid')) throw error;
      cause = error;
    }
  }
  throw new ConflictError(`${nameOfRelease(key)} changed each of ${tries} times between reading and writing it.`, {
    cause,
  });
}

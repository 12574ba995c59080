import type { KubeHttp } from '../../http/request.ts';
import { pinsKey } from '../../keys.ts';
import type { PinChange } from './change-pins.ts';
import { changePins, listsAfter } from './change-pins.ts';
import { entryPins } from './image-entries.ts';
import type { Kustomization, KustomizationKey } from './kustomization.ts';
import { pinIdOf } from './patch-entries.ts';
import { patchKustomization } from './patch-kustomization.ts';
import { nextRequest, requestOperations, withoutRequest } from './request.ts';

export interface RequestOptions {
  /** Whether Flux skips a workload meanwhile. */
  readonly skips: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** undefined: what was read has nothing to do with it. */
type MaybeChange = PinChange | undefined;

/**
 * Reads a Kustomization, changes Keelson's pins in it, and writes exactly that, with a request to reconcile it in the same patch. The change may depend
 * on what was read.
 *
 * @returns what is there now; undefined where the Kustomization does not exist
 * @throws ConflictError when it changed in between each time
 */
export function writePins(
  http: KubeHttp,
  key: KustomizationKey,
  change: (read: Kustomization) => MaybeChange | Promise<MaybeChange>,
  request?: RequestOptions,
  signal?: AbortSignal,
): Promise<Kustomization | undefined> {
  return patchKustomization(
    http,
    key,
    async (read) => {
      const wanted = await change(read);
      if (wanted === undefined) return [];
      const operations = changePins(read, wanted);
      if (request === undefined) return [...operations, ...requestLeftBy(read, wanted)];
      if (operations.length === 0) return operations;
      const changesSpec = operations.some(({ path }) => path.startsWith('/spec/'));
      return [...operations, ...requestOperations(nextRequest(read, { ...request, changesSpec }))];
    },
    signal,
  );
}

/** Asks Flux to reconcile a Kustomization as it is. */
export function requestAgain(
  http: KubeHttp,
  key: KustomizationKey,
  request: RequestOptions,
  signal?: AbortSignal,
): Promise<Kustomization | undefined> {
  return patchKustomization(
    http,
    key,
    (read) => requestOperations(nextRequest(read, { ...request, changesSpec: false })),
    signal,
  );
}

/** Whether anything of Keelson's is in the lists of a Kustomization, for any workload. */
function hasPins(read: Pick<Kustomization, 'annotations' | 'images' | 'imagesOwner' | 'patches'>): boolean {
  return entryPins(read).length > 0 || read.patches.some((entry) => pinIdOf(entry) !== undefined);
}

/** Once the last pin is gone and nothing waits for a proof of that, the last request goes with it. */
function requestLeftBy(read: Kustomization, change: PinChange) {
  const { images, patches, pins } = listsAfter(read, change);
  const annotations = pins === undefined ? {} : { [pinsKey]: pins };
  return hasPins({ ...read, images, patches, annotations }) ? [] : withoutRequest(read);
}

/** Removes what is left of Keelson's last request from a Kustomization without pins. */
export async function forgetRequest(http: KubeHttp, key: KustomizationKey, signal?: AbortSignal): Promise<void> {
  await patchKustomization(http, key, (read) => (hasPins(read) ? [] : withoutRequest(read)), signal);
}

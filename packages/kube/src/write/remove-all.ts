import type { KubeHttp } from '../http/request.ts';
import { stateKey } from '../keys.ts';
import type { Workload } from '../types.ts';
import { patchFields } from './field-patch.ts';
import { withoutPins } from './flux/change-pins.ts';
import { forgetRequest, writePins } from './flux/write-pins.ts';
import { endedHold } from './hold.ts';
import { isPinnedByUs, pinsOn, spelledByAuthor } from './pins.ts';

/**
 * Removes everything that Keelson wrote for a workload: first the entries in the Kustomization, so that Flux does not apply them again; then, in
 * one request, everything on the object itself.
 */
export async function removeAll(http: KubeHttp, workload: Workload, signal?: AbortSignal): Promise<void> {
  await unpin(http, workload, signal);
  const ours = workload.containers.filter(({ name }) => isPinnedByUs(workload, name));
  const images = ours.map((container) => ({
    container,
    to: spelledByAuthor(workload, container.name, container.image),
  }));
  const state = workload.annotations[stateKey] === undefined ? [] : [stateKey];
  await patchFields(
    http,
    workload,
    {
      images,
      templateAnnotations: removed(Object.keys(pinsOn(workload))),
      annotations: { ...removed(state), ...endedHold(workload) },
    },
    signal,
  );
}

function removed(keys: readonly string[]): Readonly<Record<string, undefined>> {
  return Object.fromEntries(keys.map((key) => [key, undefined]));
}

/** Removes Keelson's entries for a workload from the Kustomization that owns it, where there are any. */
export async function unpin(http: KubeHttp, workload: Workload, signal?: AbortSignal): Promise<void> {
  const { owner } = workload;
  if (owner.type !== 'flux-kustomization') return;
  await writePins(http, owner, () => withoutPins(workload), undefined, signal);
  await forgetRequest(http, owner, signal);
}

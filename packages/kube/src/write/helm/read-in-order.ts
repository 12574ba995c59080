import type { KubeHttp } from '../../http/request.ts';
import { workloadPath } from '../../objects/kinds.ts';
import { readWorkload } from '../../objects/workload.ts';
import type { Workload } from '../../types.ts';
import { concernsThrough } from '../flux/concerns.ts';
import type { Kustomization } from '../flux/kustomization.ts';
import { getKustomization } from '../flux/kustomization.ts';
import type { HelmRelease, HelmReleaseKey } from './helm-release.ts';
import { getHelmRelease } from './helm-release.ts';

/** Everything that a proof about a HelmRelease goes by. */
export interface ReleaseRead {
  readonly release: HelmRelease;
  /** What the Kustomization that applies the HelmRelease says, where the entries go through it. */
  readonly through: Kustomization | undefined;
  readonly live: Workload;
}

/**
 * Whatever proves something is read before that which it is about: a pass that ended in between would else be proof of what it had not written yet.
 * Undefined: there is no HelmRelease, or no object.
 */
export async function readInOrder(
  http: KubeHttp,
  key: HelmReleaseKey,
  workload: Workload,
  signal: AbortSignal | undefined,
): Promise<ReleaseRead | undefined> {
  const first = await getHelmRelease(http, key, signal);
  const applier = first?.listOwner === undefined ? undefined : first.appliedBy;
  const read = applier && (await getKustomization(http, applier, signal));
  const through = read && first && concernsThrough(read, first, workload) ? read : undefined;
  const release = through === undefined ? first : await getHelmRelease(http, key, signal);
  const live = readWorkload(workload.kind, await http.request({ path: workloadPath(workload), signal }));
  return release && live && { release, through, live };
}

import type { KubeHttp } from '../http/request.ts';
import { holdUntilKey, reconcileKey } from '../keys.ts';
import type { Workload } from '../types.ts';
import { patchFields } from './field-patch.ts';

/** When Keelson's hold on Flux ends, in milliseconds since the epoch. A hold without Keelson's key is a person's and stays. */
export function holdUntil({ annotations }: Pick<Workload, 'annotations'>): number | undefined {
  const at = annotations[holdUntilKey];
  if (at === undefined) return undefined;
  const time = Date.parse(at);
  // A person edited it and it is no longer a time: a hold that never ends would be the worse mistake.
  return Number.isNaN(time) ? 0 : time;
}

/** The annotations of Keelson's hold, to be removed; empty where there is none. */
export function endedHold({ annotations }: Pick<Workload, 'annotations'>): Readonly<Record<string, undefined>> {
  const ours = annotations[holdUntilKey] === undefined ? [] : [holdUntilKey, reconcileKey];
  return Object.fromEntries(ours.filter((key) => annotations[key] !== undefined).map((key) => [key, undefined]));
}

/** Lets Flux reconcile the object again. Writes nothing where Keelson set no hold. */
export async function endHold(http: KubeHttp, workload: Workload, signal?: AbortSignal): Promise<void> {
  await patchFields(http, workload, { annotations: endedHold(workload) }, signal);
}

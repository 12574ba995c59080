import type { KubeHttp } from '../http/request.ts';
import type { Workload } from '../types.ts';
import { patchFields } from './field-patch.ts';
import { holdUntilKey, reconcileKey } from './keys.ts';

/** When our hold on the object ends, in milliseconds since the epoch. A hold without our key is a person's, and none of ours. */
export function holdUntil({ annotations }: Pick<Workload, 'annotations'>): number | undefined {
  const at = annotations[holdUntilKey];
  if (at === undefined) return undefined;
  const time = Date.parse(at);
  // Somebody edited it until it is no time any more: a hold that never ends is the worse mistake.
  return Number.isNaN(time) ? 0 : time;
}

/** The annotations of our hold, to be taken out; nothing where there is none. */
export function endedHold({ annotations }: Pick<Workload, 'annotations'>): Readonly<Record<string, undefined>> {
  const ours = annotations[holdUntilKey] === undefined ? [] : [holdUntilKey, reconcileKey];
  return Object.fromEntries(ours.filter((key) => annotations[key] !== undefined).map((key) => [key, undefined]));
}

/** Lets Flux reconcile the object again. Nothing is written where there is no hold of ours. */
export async function endHold(http: KubeHttp, workload: Workload, signal?: AbortSignal): Promise<void> {
  await patchFields(http, workload, { annotations: endedHold(workload) }, signal);
}

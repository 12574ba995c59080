import type { KubeHttp } from '../http/request.ts';
import type { Workload, WritePath } from '../types.ts';
import { patchFields } from './field-patch.ts';
import { holdUntilKey, reconcileKey } from './keys.ts';
import { nudge } from './nudge.ts';
import { stateOf } from './state-of.ts';

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

/**
 * The last resort beside Flux, asked for only: the image in the object itself, and Flux told to leave the whole object alone until the
 * time is over. Whatever else git changes in it waits as long.
 */
export function createFluxHold(http: KubeHttp, holdMs: number, now: () => number): WritePath {
  return {
    name: 'flux-hold',
    warnings: ({ kind, namespace, name }) => [
      {
        code: 'flux-on-hold',
        message: `While a rollback is held, Flux applies nothing of ${kind} ${namespace}/${name}, whatever else git changes in it, for ${Math.round(holdMs / 1000)} s at most. Push a good image, or remove the annotation ${holdUntilKey} and ${reconcileKey} to end it.`,
      },
    ],
    async write(workload, changes, options) {
      const until = holdUntil(workload);
      const held = until !== undefined && until > now() && workload.annotations[reconcileKey] === 'disabled';
      const hold = held ? {} : { [reconcileKey]: 'disabled', [holdUntilKey]: new Date(now() + holdMs).toISOString() };
      const annotations = { ...stateOf(options), ...hold };
      return patchFields(http, workload, { ...nudge(workload, changes, 'pin'), annotations }, options?.signal);
    },
  };
}

import type { KubeHttp } from '../http/request.ts';
import type { WritePath } from '../types.ts';
import { patchFields } from './field-patch.ts';
import { holdUntil } from './hold.ts';
import { holdUntilKey, reconcileKey } from './keys.ts';
import { nudge } from './nudge.ts';

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
      const edits = nudge(workload, changes, 'pin', options);
      const annotations = { ...edits.annotations, ...hold };
      return patchFields(http, workload, { ...edits, annotations }, options?.signal);
    },
  };
}

import type { KubeHttp } from '../http/request.ts';
import { holdUntilKey, reconcileKey } from '../keys.ts';
import { patchFields } from './field-patch.ts';
import { holdUntil } from './hold.ts';
import { nudge } from './image-nudge.ts';
import type { WritePath } from './types.ts';

/**
 * The last resort beside Flux, for workloads with `keelson.sh/flux-hold` only: the image in the object itself, and annotations that make Flux not
 * reconcile the object until a time. Whatever else git changes in the object waits until then.
 */
export function createFluxHold(http: KubeHttp, holdMs: number, now: () => number): WritePath {
  return {
    name: 'flux-hold',
    warnings: ({ kind, namespace, name }) => [
      {
        code: 'flux-on-hold',
        message: `After a rollback Flux does not reconcile ${kind} ${namespace}/${name} for ${Math.round(holdMs / 1000)} s at most, whatever else git changes in it. Push a good image, or remove the annotation ${holdUntilKey} and ${reconcileKey} to end it.`,
      },
    ],
    async write(workload, changes, options) {
      const until = holdUntil(workload);
      const isOnHold = until !== undefined && until > now() && workload.annotations[reconcileKey] === 'disabled';
      const hold = isOnHold
        ? {}
        : { [reconcileKey]: 'disabled', [holdUntilKey]: new Date(now() + holdMs).toISOString() };
      const edits = nudge(workload, changes, 'pin', options);
      const annotations = { ...edits.annotations, ...hold };
      return patchFields(http, workload, { ...edits, annotations }, options?.signal);
    },
  };
}

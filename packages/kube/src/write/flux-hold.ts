import type { KubeHttp } from '../http/request.ts';
import { patchFields } from './field-patch.ts';
import { holdFor } from './hold.ts';
import { nudge } from './image-nudge.ts';
import type { WritePath } from './types.ts';

/**
 * The last resort beside Flux, where no entry in the Kustomization lasts: the image in the object itself, and annotations that make Flux not reconcile
 * the object until a time. Whatever else git changes in the object waits until then.
 */
export function createFluxHold(http: KubeHttp, holdMs: number, now: () => number): WritePath {
  return {
    name: 'flux-hold',
    // While it lasts, every path warns of it.
    warnings: () => [],
    async write(workload, changes, options) {
      const edits = nudge(workload, changes, 'pin', options);
      const annotations = { ...edits.annotations, ...holdFor(workload, { ms: holdMs, now: now() }) };
      return patchFields(http, workload, { ...edits, annotations }, options?.signal);
    },
  };
}

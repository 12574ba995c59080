import type { KubeHttp } from '../http/request.ts';
import type { PinPolicy, WritePath } from '../types.ts';
import { patchFields } from './field-patch.ts';
import type { NudgeMode } from './nudge.ts';
import { nudge } from './nudge.ts';
import { mayBeReverted, reverted } from './warnings.ts';

/**
 * The image in the object itself though somebody reconciles it: takes effect at once, and lasts until that somebody applies the object
 * again. `unpin` takes such a write back, with the next digest in the annotation; it ends a hold of ours too.
 */
export function createImageNudge(http: KubeHttp, mode: NudgeMode, pinPolicy: PinPolicy): WritePath {
  return {
    name: 'image-nudge',
    warnings(workload) {
      if (mode === 'pin') return reverted(workload);
      return pinPolicy.works ? [] : mayBeReverted(workload);
    },
    async write(workload, changes, options) {
      return patchFields(http, workload, nudge(workload, changes, mode, options), options?.signal);
    },
  };
}

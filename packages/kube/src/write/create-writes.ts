import type { KubeHttp } from '../http/request.ts';
import { createOwnerProofs } from '../owner/owner-proofs.ts';
import type { Workload } from '../types.ts';
import type { PathMakers } from './choose-path.ts';
import { choosePath } from './choose-path.ts';
import { deletePod } from './delete-pod.ts';
import { createSeenRequests } from './flux/seen-requests.ts';
import { createFluxHold } from './flux-hold.ts';
import { createFluxKustomization } from './flux-kustomization.ts';
import { forOwner } from './for-owner.ts';
import { endHold, holdUntil } from './hold.ts';
import { createImageNudge } from './image-nudge.ts';
import { createImagePin } from './image-pin.ts';
import { createPinPolicy } from './pin-policy.ts';
import { removeAll, unpin } from './remove-all.ts';
import { writeState } from './state.ts';
import { createTemplateAnnotation } from './template-annotation.ts';
import type { PinPolicy, Writes } from './types.ts';
import { whyFixed } from './why-fixed.ts';

export interface WritesOptions {
  /** Every workload that is known, so that a pin in a Kustomization matches no other one of the same image. @default none */
  readonly workloads?: () => Iterable<Workload>;
  /** @default reads it from the API server, at each `refresh` */
  readonly pinPolicy?: PinPolicy;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** Everything that Keelson writes into a cluster, under the field manager `keelson`. */
export function createWrites(
  http: KubeHttp,
  { workloads = () => [], pinPolicy = createPinPolicy(http), now = Date.now }: WritesOptions = {},
): Writes {
  const flux = { workloads, contested: new Map<string, string>(), seen: createSeenRequests(), now };
  const paths: PathMakers = {
    'image-pin': createImagePin(http),
    'template-annotation': createTemplateAnnotation(http, pinPolicy),
    'flux-kustomization': {
      pin: createFluxKustomization(http, { mode: 'pin', ...flux }),
      unpin: createFluxKustomization(http, { mode: 'unpin', ...flux }),
    },
    'image-nudge': {
      pin: createImageNudge(http, 'pin', pinPolicy),
      unpin: createImageNudge(http, 'unpin', pinPolicy),
    },
    'flux-hold': (holdMs) => createFluxHold(http, holdMs, now),
  };
  const { withOwner } = createOwnerProofs(http, now);
  return {
    pinPolicy,
    withOwner,
    whyFixed: (workload, container) => whyFixed(workload, container, pinPolicy),
    async pathFor(claimed, direction, options) {
      const workload = await withOwner(claimed, options);
      return forOwner(choosePath(paths, pinPolicy, workload, direction, options), workload, pinPolicy);
    },
    writeState: (workload, state, signal) => writeState(http, workload, state, signal),
    removeAll: (workload, signal) => removeAll(http, workload, signal),
    unpin: (workload, signal) => unpin(http, workload, signal),
    holdUntil,
    endHold: (workload, signal) => endHold(http, workload, signal),
    deletePod: (pod, signal) => deletePod(http, pod, signal),
  };
}

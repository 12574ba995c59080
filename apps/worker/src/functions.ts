import type { Handled } from '@keelson/queue';
import { guardPins, handle, imagePatch, proveWayBack, registryPoll, removeFields, rolloutVerify } from '@keelson/queue';
import { createCheck } from './check/check.ts';
import type { Deps } from './deps.ts';
import { createGuard } from './guard/guard.ts';
import { createRemoveFields } from './guard/remove-fields.ts';
import { createPatch } from './patch/patch.ts';
import type { PullSecrets } from './registry-access/pull-secrets.ts';
import { createVerify } from './verify/verify.ts';
import { createProveWayBack } from './way-back/prove-way-back.ts';

/** The handlers of all functions that a worker runs. */
export function functionsOf(deps: Deps, secrets: PullSecrets): readonly Handled[] {
  return [
    handle(registryPoll, createCheck(deps, secrets)),
    handle(imagePatch, createPatch(deps, secrets)),
    handle(rolloutVerify, createVerify(deps, secrets)),
    handle(guardPins, createGuard(deps)),
    handle(proveWayBack, createProveWayBack(deps, secrets)),
    handle(removeFields, createRemoveFields(deps, secrets)),
  ];
}

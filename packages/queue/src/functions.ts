import { z } from 'zod';
import type { FunctionDefinition } from './types.ts';

const define = <const Name extends string, Schema extends z.ZodType>(definition: FunctionDefinition<Name, Schema>) =>
  definition;

/** The namespace of a workload id. */
const namespaceOf = ({ workload }: { readonly workload: string }): string => workload.split('/', 1)[0] ?? '';

const forever = Number.MAX_SAFE_INTEGER;

/** Check one workload's tags in the registry, decide, and begin a rollout where one is due. */
export const registryPoll = define({
  name: 'registry-poll',
  input: z.strictObject({
    workload: z.string(),
    trigger: z.enum(['poll', 'webhook', 'manual', 'start']),
    /** Milliseconds since the epoch: an observation made before this is too old, because a webhook came after it. */
    notBefore: z.number().optional(),
  }),
  // Checks only wait for the network; a host that hangs must not use up the slots of the others.
  concurrency: 500,
  deadlineMs: 60_000,
  // The next tick is the retry: a check that failed has already recorded why.
  retry: { attempts: 1, minMs: 1_000, maxMs: 1_000 },
  // A tick that comes after a webhook must not replace the webhook's job, which demands a fresh observation.
  key: ({ workload, notBefore }) => (notBefore === undefined ? workload : `${workload} fresh`),
  share: namespaceOf,
});

/** A rollout, and the workload that it is of. */
const rolloutInput = z.strictObject({ workload: z.string(), rollout: z.string() });

/** Write one rollout's digests into the cluster. */
export const imagePatch = define({
  name: 'image-patch',
  input: rolloutInput,
  concurrency: 100,
  deadlineMs: 60_000,
  // Until the write succeeds or is no longer wanted: a refused write must never be lost.
  retry: { attempts: forever, minMs: 500, maxMs: 30_000 },
  key: ({ rollout }) => rollout,
  // It reads from the registry whether it still has the digest.
  share: namespaceOf,
});

/** Judge one rollout by its pods. */
export const rolloutVerify = define({
  name: 'rollout-verify',
  input: rolloutInput,
  concurrency: 200,
  deadlineMs: 30_000,
  retry: { attempts: forever, minMs: 500, maxMs: 10_000 },
  key: ({ rollout }) => rollout,
  // It reads from the registry what pods run that report another digest.
  share: namespaceOf,
});

/** Compare the cluster's pins with what Keelson wrote, and restore pins that another field manager reverted (law 9). */
export const guardPins = define({
  name: 'guard-pins',
  input: z.strictObject({ workload: z.string() }),
  concurrency: 40,
  deadlineMs: 60_000,
  // The next change of the object, or the reconciler's next round, adds the job again.
  retry: { attempts: 5, minMs: 500, maxMs: 10_000 },
  key: ({ workload }) => workload,
  share: namespaceOf,
});

/** Remove every field that Keelson wrote into a workload that it follows no more. */
export const removeFields = define({
  name: 'remove-fields',
  input: z.strictObject({ workload: z.string() }),
  concurrency: 20,
  deadlineMs: 60_000,
  retry: { attempts: forever, minMs: 500, maxMs: 30_000 },
  key: ({ workload }) => workload,
  // It reads from the registry what each tag means.
  share: namespaceOf,
});

/** Request from the registry whether it still has the last good images of one workload (law 15). */
export const proveWayBack = define({
  name: 'prove-way-back',
  input: z.strictObject({
    workload: z.string(),
    /** Milliseconds since the epoch: an answer from before this is too old. */
    notBefore: z.number(),
  }),
  concurrency: 50,
  deadlineMs: 60_000,
  // What could not be proven is queued again by the reconciler.
  retry: { attempts: 1, minMs: 1_000, maxMs: 1_000 },
  key: ({ workload }) => workload,
  share: namespaceOf,
});

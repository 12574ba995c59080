import { z } from 'zod';
import type { FunctionDefinition } from './types.ts';

const define = <const Name extends string, Schema extends z.ZodType>(definition: FunctionDefinition<Name, Schema>) =>
  definition;

const forever = Number.MAX_SAFE_INTEGER;

/** Look at the registry for one workload, decide, and start a rollout where one is due. */
export const registryPoll = define({
  name: 'registry-poll',
  input: z.strictObject({
    workload: z.string(),
    trigger: z.enum(['poll', 'webhook', 'manual', 'start']),
    /** An observation made before this moment (ms since the epoch) is too old: a webhook came after it. */
    notBefore: z.number().optional(),
  }),
  // Polls only wait for the network; a host that hangs must not use up the places of the others.
  concurrency: 500,
  deadlineMs: 60_000,
  // The next tick is the retry: a poll that failed has already written down why.
  retry: { attempts: 1, minMs: 1_000, maxMs: 1_000 },
  // Of those that wait the newest input counts, and a tick that comes after a hint does not know that somebody wants a fresh look.
  key: ({ workload, notBefore }) => (notBefore === undefined ? workload : `${workload} fresh`),
});

/** Write one rollout's digests into the cluster. */
export const imagePatch = define({
  name: 'image-patch',
  input: z.strictObject({ rollout: z.string() }),
  concurrency: 50,
  deadlineMs: 60_000,
  // Until it holds or is no longer wanted: a refused write must never be forgotten.
  retry: { attempts: forever, minMs: 500, maxMs: 30_000 },
  key: ({ rollout }) => rollout,
});

/** Read one rollout's verdict from its pods. */
export const rolloutVerify = define({
  name: 'rollout-verify',
  input: z.strictObject({ rollout: z.string() }),
  concurrency: 100,
  deadlineMs: 30_000,
  retry: { attempts: forever, minMs: 500, maxMs: 10_000 },
  key: ({ rollout }) => rollout,
});

/** Compare what the cluster carries with what Keelson wrote, and put back what somebody took away (law 9). */
export const guardPins = define({
  name: 'guard-pins',
  input: z.strictObject({ workload: z.string() }),
  concurrency: 20,
  deadlineMs: 60_000,
  // The next change of the object, or the keeper's next round, asks again.
  retry: { attempts: 5, minMs: 500, maxMs: 10_000 },
  key: ({ workload }) => workload,
});

/** Take back every field that Keelson wrote into a workload: it leaves Keelson. */
export const removeFields = define({
  name: 'remove-fields',
  input: z.strictObject({ workload: z.string() }),
  concurrency: 20,
  deadlineMs: 60_000,
  retry: { attempts: forever, minMs: 500, maxMs: 30_000 },
  key: ({ workload }) => workload,
});

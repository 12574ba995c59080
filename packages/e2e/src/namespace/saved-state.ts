import { isDeepStrictEqual } from 'node:util';
import type { WorkloadState } from '@keelson/history';
import { z } from 'zod';

const stateAnnotation = 'keelson.sh/state';

const state = z.object({
  digests: z.record(z.string(), z.unknown()).exactOptional(),
  quarantine: z.array(z.unknown()).exactOptional(),
});

/** Whether the workload's annotation says the same of its digests and its quarantine as Redis does, and no rollout is under way. */
export function isSaved(
  annotations: Readonly<Record<string, string>>,
  known: WorkloadState | undefined,
): known is WorkloadState {
  const { digests = {}, quarantine = [] } = state.parse(JSON.parse(annotations[stateAnnotation] ?? '{}'));
  const written = Object.entries(known?.digests ?? {}).filter(([, record]) => record.written);
  return (
    known !== undefined &&
    known.active === undefined &&
    isDeepStrictEqual(digests, Object.fromEntries(written)) &&
    isDeepStrictEqual(quarantine, known.quarantine)
  );
}

import type { WorkloadId } from '@keelson/core';
import type { WorkloadState } from '@keelson/history';
import { digestRecord, hold, quarantineList } from '@keelson/history';
import { z } from 'zod';

/** What the annotation of a workload saves of its state, so that nothing wrong is rolled out when Redis lost everything (law 13). */
export type SavedState = Pick<WorkloadState, 'quarantine' | 'hold' | 'digests'>;

/** The newest quarantined digests, since they are the likeliest to be offered again; an annotation is not a database. */
const entries = 5;
const messageChars = 300;

const savedState = z.object({
  /** The workload that it is about, since a manifest may be copied with all of its annotations. Absent in texts of releases before 0.2. */
  workload: z.string().exactOptional(),
  digests: z.record(z.string(), digestRecord),
  quarantine: quarantineList,
  hold: hold.exactOptional(),
}) satisfies z.ZodType<SavedState & { readonly workload?: string }>;

/** The text of `keelson.sh/state`; undefined where the cluster itself shows everything. Equal states give equal texts. */
export function stateText(workload: WorkloadId, { quarantine, hold: held, digests }: SavedState): string | undefined {
  const written = Object.entries(digests).filter(([, record]) => record.written !== undefined);
  if (quarantine.length === 0 && held === undefined && written.length === 0) return undefined;
  const state: z.input<typeof savedState> = {
    workload,
    digests: Object.fromEntries(written.sort(([a], [b]) => (a < b ? -1 : 1))),
    quarantine: quarantine
      .slice(0, entries)
      .map((entry) => ({ ...entry, message: entry.message.slice(0, messageChars) })),
    ...(held && { hold: held }),
  };
  return JSON.stringify(savedState.parse(state));
}

/**
 * undefined for a text that Keelson did not write, that is about another workload, or that was edited until it is no longer valid. What failed and
 * worked elsewhere proves nothing here (law 14).
 */
export function readStateText(workload: WorkloadId, text: string | undefined): SavedState | undefined {
  if (text === undefined) return undefined;
  try {
    const { workload: about = workload, ...state } = savedState.parse(JSON.parse(text));
    return about === workload ? state : undefined;
  } catch {
    return undefined;
  }
}

import type { WorkloadId } from '@keelson/core';
import { bounds } from '@keelson/core';
import type { WorkloadState } from '@keelson/history';
import { digestRecord, hold, quarantineEntry } from '@keelson/history';
import { z } from 'zod';
import { isContainerName, readEntry, readHold, readRecord } from './saved-parts.ts';

/** What the annotation of a workload saves of its state, so that nothing wrong is rolled out when Redis lost everything (law 13). */
export type SavedState = Pick<WorkloadState, 'quarantine' | 'hold' | 'digests'>;

/** The newest quarantined digests, since they are the likeliest to be offered again; an annotation is not a database. */
const entries = 5;
const messageChars = 300;

const savedState = z.object({
  /** The workload that it is about, since a manifest may be copied with all of its annotations. Absent in texts of releases before 0.2. */
  workload: z.string().exactOptional(),
  digests: z.record(z.string(), digestRecord),
  quarantine: z.array(quarantineEntry),
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

/** Each part is read by itself: what a newer Keelson wrote, or a user broke, does not release what failed. */
const anyState = z.object({
  workload: z.string().exactOptional(),
  digests: z.record(z.string(), z.unknown()).catch({}),
  quarantine: z.array(z.unknown()).catch([]),
  hold: z.unknown().optional(),
});

/**
 * undefined for a text that Keelson did not write, that is about another workload, or that was edited until nothing of it is valid. What failed and
 * worked elsewhere proves nothing here (law 14). The messages are made anew, and what restricts the workload is marked as restored.
 */
export function readStateText(workload: WorkloadId, text: string | undefined): SavedState | undefined {
  if (text === undefined || text.length > bounds.stateChars) return undefined;
  try {
    const saved = anyState.parse(JSON.parse(text));
    if ((saved.workload ?? workload) !== workload) return undefined;
    const digests = Object.entries(saved.digests).flatMap(([container, record]) => {
      const known = isContainerName(container) ? readRecord(record) : undefined;
      return known ? [[container, known] as const] : [];
    });
    const quarantine = saved.quarantine.flatMap((entry) => readEntry(entry) ?? []);
    const held = readHold(saved.hold);
    if (digests.length === 0 && quarantine.length === 0 && !held) return undefined;
    return {
      quarantine: quarantine.slice(0, bounds.quarantined),
      ...(held && { hold: held }),
      digests: Object.fromEntries(digests.slice(0, bounds.digestRecords)),
    };
  } catch {
    return undefined;
  }
}

import type { WorkloadState } from '@keelson/history';
import { digestRecord, hold, quarantineList } from '@keelson/history';
import { z } from 'zod';

/** What a workload's own annotation keeps of it, so that nothing wrong is rolled out when Redis lost everything (law 13). */
export type SavedState = Pick<WorkloadState, 'quarantine' | 'hold' | 'digests'>;

/** The newest are the likeliest to be offered again; an annotation is not a database. */
const ENTRIES = 5;
const SENTENCE_CHARS = 300;

const savedState = z.object({
  digests: z.record(z.string(), digestRecord),
  quarantine: quarantineList,
  hold: hold.exactOptional(),
}) satisfies z.ZodType<SavedState>;

/** The text of `keelson.sh/state`; undefined when there is nothing that the cluster itself does not tell. Equal states give equal texts. */
export function stateText({ quarantine, hold: held, digests }: SavedState): string | undefined {
  const written = Object.entries(digests).filter(([, record]) => record.written !== undefined);
  if (quarantine.length === 0 && held === undefined && written.length === 0) return undefined;
  const state: SavedState = {
    digests: Object.fromEntries(written.sort(([a], [b]) => (a < b ? -1 : 1))),
    quarantine: quarantine
      .slice(0, ENTRIES)
      .map((entry) => ({ ...entry, message: entry.message.slice(0, SENTENCE_CHARS) })),
    ...(held && { hold: held }),
  };
  return JSON.stringify(savedState.parse(state));
}

/** undefined for a text that is not ours, or was edited by hand until it no longer is. */
export function readStateText(text: string | undefined): SavedState | undefined {
  if (text === undefined) return undefined;
  try {
    return savedState.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

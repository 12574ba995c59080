import type { HistoryError } from '../errors.ts';

/** How many records are distinguished; a Redis with more is broken as a whole, which the first of them show. */
const most = 1_000;

/** For `onCorrupt`: calls `report` once for each record, however often that is read. */
export function reportOnce(report: (error: HistoryError) => void): (error: HistoryError) => void {
  const reported = new Set<string>();
  return (error) => {
    // The message names the record.
    if (reported.size >= most || reported.has(error.message)) return;
    reported.add(error.message);
    report(error);
  };
}

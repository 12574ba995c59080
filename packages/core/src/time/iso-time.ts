/**
 * A time as RFC 3339 in UTC with milliseconds: `2026-11-20T08:15:30.250Z`.
 *
 * @param ms milliseconds since the epoch
 * @throws RangeError for a number that is not a time
 */
export function toIsoTime(ms: number): string {
  return new Date(ms).toISOString();
}

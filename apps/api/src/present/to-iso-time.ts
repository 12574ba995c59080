/** Milliseconds since the epoch as RFC 3339 in UTC: `2026-11-20T08:15:30.250Z`. */
export function toIsoTime(ms: number): string {
  return new Date(ms).toISOString();
}

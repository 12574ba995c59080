/** Milliseconds since the epoch as RFC 3339 in UTC. */
export function toIsoTime(ms: number): string {
  return new Date(ms).toISOString();
}

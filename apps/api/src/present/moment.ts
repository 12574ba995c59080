/** Milliseconds since the epoch as RFC 3339 in UTC. */
export function moment(ms: number): string {
  return new Date(ms).toISOString();
}

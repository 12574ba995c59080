/** The hash tag keeps all of a queue's keys, and ours, in one slot, so that scripts work on Redis Cluster. */
export function tagged(prefix = 'keelson'): string {
  return `{${prefix}}`;
}

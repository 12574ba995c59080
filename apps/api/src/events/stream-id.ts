/** A Redis stream id: milliseconds and a sequence number, `1764111330250-0`. */
export const streamIdForm = /^\d{1,15}(?:-\d{1,15})?$/;

/** Whether `id` comes after `other` in the stream. */
export function isAfter(id: string, other: string): boolean {
  const [ms, sequence] = parts(id);
  const [otherMs, otherSequence] = parts(other);
  return ms > otherMs || (ms === otherMs && sequence > otherSequence);
}

function parts(id: string): [number, number] {
  const [ms = '0', sequence = '0'] = id.split('-');
  return [Number(ms), Number(sequence)];
}

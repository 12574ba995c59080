import { writePathFacts } from '@keelson/core';
import type { DigestRecord } from '@keelson/history';

/**
 * Whether the digest of an image is there by an entry that Keelson wrote into the owner. Somebody who replaced the object removed the pin annotation
 * that says so on it, and the owner has applied the entry again since: then the image looks as if git named the digest.
 */
export function isPinnedByEntry(
  image: string,
  record: Pick<DigestRecord, 'rolledOut' | 'written'> | undefined,
): boolean {
  if (record?.written === undefined || writePathFacts(record.written.path)?.entryIn === undefined) return false;
  return image.endsWith(`@${record.rolledOut}`);
}

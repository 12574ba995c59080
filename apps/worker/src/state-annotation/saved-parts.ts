import { isWritePathName } from '@keelson/core';
import type { DigestRecord, Hold, QuarantineEntry } from '@keelson/history';
import { digestRecord, hold, quarantineEntry } from '@keelson/history';
import { parseReference, repositoryOf } from '@keelson/image';
import { restoredEntry, restoredHold } from './restored-messages.ts';

// Whoever may edit a workload writes its annotation: what is believed has the form that Keelson itself writes, and no text of it is shown.
const containerName = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const tag = /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$/;
const id = /^[\w-]{1,64}$/;

export function isContainerName(text: string): boolean {
  return containerName.test(text);
}

function isRepository(text: string): boolean {
  try {
    return repositoryOf(parseReference(text)) === text;
  } catch {
    return false;
  }
}

export function readRecord(saved: unknown): DigestRecord | undefined {
  const { data } = digestRecord.safeParse(saved);
  if (!data || !isRepository(data.image) || !tag.test(data.tag)) return undefined;
  const { written, ...record } = data;
  // A path that only a newer Keelson knows: the digests are believed, and the cluster shows whether they are still pinned.
  return written && id.test(written.uid) && isWritePathName(written.path) ? { ...record, written } : record;
}

export function readEntry(saved: unknown): QuarantineEntry | undefined {
  const { data } = quarantineEntry.safeParse(saved);
  if (!data || !isContainerName(data.container) || !isRepository(data.image) || !tag.test(data.tag ?? ''))
    return undefined;
  const { rollout, ...entry } = data;
  return restoredEntry({ ...entry, ...(rollout !== undefined && id.test(rollout) && { rollout }) });
}

/** A hold of a kind that only a newer Keelson knows is one that a user has to end. */
export function readHold(saved: unknown): Hold | undefined {
  const known = hold.safeParse(saved);
  if (known.success) return restoredHold(known.data);
  if (typeof saved !== 'object') return undefined;
  const { data } = hold.safeParse({ ...saved, code: 'paused' });
  return data && restoredHold(data, true);
}

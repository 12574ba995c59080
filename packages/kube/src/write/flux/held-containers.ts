import type { WorkloadKey } from '@keelson/core';
import type { Digest } from '@keelson/image';
import { digestOfImageID } from '@keelson/image';
import { fields, text } from '../../fields.ts';
import type { Kustomization } from './kustomization.ts';
import { markOfPatch, pinMark } from './pin-patch.ts';
import { entryPins, isOf } from './pins.ts';

export interface HeldContainer {
  readonly container: string;
  readonly digest: Digest;
  readonly by: 'entry' | 'patch';
}

const digestInPatch = /@sha256:[0-9a-f]{64}/;

/** Which containers of a workload our entries and patches hold, and at which digest. */
export function heldContainers(kustomization: Kustomization, workload: WorkloadKey): readonly HeldContainer[] {
  const entries = entryPins(kustomization)
    .filter((pin) => isOf(pin, workload))
    .map(({ container, digest }) => ({ container, digest, by: 'entry' as const }));
  const prefix = pinMark({ ...workload, container: '' });
  const patches = kustomization.patches.flatMap((entry): readonly HeldContainer[] => {
    const mark = markOfPatch(entry);
    if (!mark?.startsWith(prefix)) return [];
    const digest = digestOfImageID(digestInPatch.exec(text(fields(entry).patch) ?? '')?.[0] ?? '');
    return digest === undefined ? [] : [{ container: mark.slice(prefix.length), digest, by: 'patch' }];
  });
  return [...entries, ...patches];
}

import { writePathFacts } from '@keelson/core';
import type { DigestRecord, WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { repositoryOf } from '@keelson/image';
import type { Container, Workload } from '@keelson/kube';
import { fieldManager, pinAnnotation, pinOf } from '@keelson/kube';
import type { TrackedContainer } from '@keelson/policy';

/** One container whose digest is not as Keelson left it. */
export interface PinDiff {
  readonly container: string;
  /** The image as in the pod template. */
  readonly image: string;
  /** What Keelson wrote, or what is there already under another name. */
  readonly digest: Digest;
  readonly record: DigestRecord;
  /**
   * `gone`: the object no longer carries any digest. `taken-over`: it carries one, recorded under another manager's name only, so that whoever
   * reconciles the object may strip it.
   */
  readonly how: 'gone' | 'taken-over';
  /** Who probably did it, as managedFields names them. */
  readonly manager: string;
  /** The object is another one than the one that was written to: nobody undid anything. */
  readonly recreated: boolean;
}

type Known = Pick<WorkloadState, 'digests' | 'check' | 'quarantine' | 'hold'>;

const SOMEBODY = 'somebody';

/** Compares what the live object carries with what was written down. Pure; empty when all is as it should be. */
export function diffPins(
  workload: Workload,
  tracked: readonly TrackedContainer<Container>[],
  state: Known,
): readonly PinDiff[] {
  return tracked.flatMap((container) => diffPin(workload, container, state) ?? []);
}

/**
 * Whether the owner has put back an image that means what was gone back from. The annotation beside it, which pods are not given where one
 * of these paths was taken, stays and says nothing. On the way forward these paths pin no image: then its tag means something else.
 */
function isImagePutBack(
  { name, reference }: TrackedContainer<Container>,
  { written }: DigestRecord,
  { check, quarantine, hold }: Known,
): boolean {
  if (!written || !writePathFacts(written.path)?.restoresImage || reference.digest !== undefined) return false;
  const now = check?.observed.find(({ container }) => container === name)?.digest;
  return hold?.code === 'manual-rollback' || quarantine.some((bad) => bad.container === name && bad.digest === now);
}

function diffPin(workload: Workload, tracked: TrackedContainer<Container>, state: Known): PinDiff | undefined {
  const { name, image, reference } = tracked;
  const { digests, check } = state;
  const record = digests[name];
  // Another repository or tag is what git wants now: what was written for the old one has no say in it.
  const same = record?.image === repositoryOf(reference) && record.tag === (reference.tag ?? '');
  if (!record?.written || !same) return undefined;
  const owned = workload.owner.type !== 'none';
  const mark = pinOf(workload, name);
  const about = { container: name, image, record, recreated: record.written.uid !== workload.uid };
  if (mark === undefined || isImagePutBack(tracked, record, state)) {
    // Nobody reconciles it: a person applied the manifest again, and its tag means what was rolled out anyway.
    const meant = check?.observed.some((seen) => seen.container === name && seen.digest === record.rolledOut);
    if (!owned && meant) return undefined;
    const manager = workload.writers[`image:${name}`]?.[0]?.manager ?? SOMEBODY;
    return { ...about, digest: record.rolledOut, how: 'gone', manager };
  }
  const writers = workload.writers[pinAnnotation(name)];
  if (!owned || writers === undefined || writers.some(({ manager }) => manager === fieldManager)) return undefined;
  return { ...about, digest: mark, how: 'taken-over', manager: writers[0]?.manager ?? SOMEBODY };
}

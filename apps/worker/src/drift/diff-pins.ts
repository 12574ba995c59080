import { writePathFacts } from '@keelson/core';
import type { DigestRecord, WorkloadState } from '@keelson/history';
import type { Digest } from '@keelson/image';
import { repositoryOf } from '@keelson/image';
import type { Container, Workload } from '@keelson/kube';
import { fieldManager, pinAnnotation, pinOf } from '@keelson/kube';
import type { TrackedContainer } from '@keelson/policy';
import { readIntent } from '@keelson/policy';

/** One container whose pin is not as Keelson wrote it. */
export interface PinDiff {
  readonly container: string;
  /** The image as in the pod template. */
  readonly image: string;
  /** The digest that Keelson wrote, or the one that another manager has pinned since. */
  readonly digest: Digest;
  readonly record: DigestRecord;
  /**
   * `missing`: the object has no pin. `taken-over`: it has one that only another field manager owns, so that whatever reconciles the object
   * may remove it.
   */
  readonly how: 'missing' | 'taken-over';
  /** The field manager that probably did it, as in managedFields. */
  readonly manager: string;
  /** The object was created anew since Keelson wrote to it: nobody reverted anything. */
  readonly recreated: boolean;
}

type Known = Pick<WorkloadState, 'digests' | 'check' | 'quarantine' | 'hold'>;

/** Where managedFields names nobody. */
const unknownManager = 'somebody';

/** Compares the pins of the live object with those that were recorded. Pure; empty when they agree. */
export function diffPins(
  workload: Workload,
  tracked: readonly TrackedContainer<Container>[],
  state: Known,
): readonly PinDiff[] {
  return tracked.flatMap((container) => diffPin(workload, container, state) ?? []);
}

/**
 * Whether the owner has reverted the image to a tag that means what was rolled back from. The pin annotation beside it stays and says nothing,
 * since pods do not get it where one of these paths was taken. Forward, these paths pin no image, so a bare tag is no change.
 */
function isImageReverted(
  workload: Workload,
  { name, reference }: TrackedContainer<Container>,
  { written }: DigestRecord,
  { check, quarantine, hold }: Known,
): boolean {
  if (!written || reference.digest !== undefined) return false;
  // A hold on Flux whose time its owner chose ends for good; the one by default is for want of a better way.
  const isHeldAgain = written.path === 'flux-hold' && readIntent(workload).fluxHoldSeconds === undefined;
  if (!isHeldAgain && !writePathFacts(written.path)?.restoresImage) return false;
  const now = check?.observed.find(({ container }) => container === name)?.digest;
  return hold?.code === 'manual-rollback' || quarantine.some((bad) => bad.container === name && bad.digest === now);
}

function diffPin(workload: Workload, tracked: TrackedContainer<Container>, state: Known): PinDiff | undefined {
  const { name, image, reference } = tracked;
  const { digests, check } = state;
  const record = digests[name];
  // The manifest names another repository or tag now: the record is about the old one.
  const same = record?.image === repositoryOf(reference) && record.tag === (reference.tag ?? '');
  if (!record?.written || !same) return undefined;
  const owned = workload.owner.type !== 'none';
  const pin = pinOf(workload, name);
  const about = { container: name, image, record, recreated: record.written.uid !== workload.uid };
  if (pin === undefined || isImageReverted(workload, tracked, record, state)) {
    // Nobody reconciles it: a user applied the manifest again, and its tag means what was rolled out anyway.
    const meant = check?.observed.some((seen) => seen.container === name && seen.digest === record.rolledOut);
    if (!owned && meant) return undefined;
    const manager = workload.writers[`image:${name}`]?.[0]?.manager ?? unknownManager;
    return { ...about, digest: record.rolledOut, how: 'missing', manager };
  }
  const writers = workload.writers[pinAnnotation(name)];
  if (!owned || writers === undefined || writers.some(({ manager }) => manager === fieldManager)) return undefined;
  return { ...about, digest: pin, how: 'taken-over', manager: writers[0]?.manager ?? unknownManager };
}

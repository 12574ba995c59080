import { unpin } from '@keelson/image';
import { ConflictError } from '../../http/kube-error.ts';
import type { OwnerStatus } from '../../owner/inventory.ts';
import { lists } from '../../owner/owner-proofs.ts';
import { ownerText } from '../../owner/owner-text.ts';
import type { FluxOwner, Workload } from '../../types.ts';
import { findContainer, nameOf } from '../find-container.ts';
import type { NudgeMode } from '../image-nudge.ts';
import { spelledByAuthor } from '../pins.ts';
import type { ImageChange } from '../types.ts';
import type { PinChange } from './change-pins.ts';
import { isOf } from './image-entries.ts';

export interface WantedPinsOptions {
  /** `pin`: the changes are pinned in the owner. `unpin`: pins are only removed. */
  readonly mode: NudgeMode;
  /** Every workload that is known: an entry by image hits all containers of that image in the owner. */
  readonly workloads: () => Iterable<Workload>;
}

/**
 * How the pins in the owner of a workload have to change with its images, as far as the workload itself says.
 *
 * @throws ConflictError when the workload has no such container
 */
export function wantedPins(
  workload: Workload,
  changes: readonly ImageChange[],
  { mode, workloads, owns }: WantedPinsOptions & { readonly owns: OwnerStatus },
): PinChange {
  const { kind, namespace, name, containers } = workload;
  const changed = new Set(changes.map(({ container }) => container));
  // A container that is gone or no longer pinned needs no entry: its author moved the tag, and the entry would return with the old one.
  const pinned = new Set(containers.filter(({ image }) => image.includes('@')).map((container) => container.name));
  return {
    workload,
    dropped: (container) => changed.has(container) || !pinned.has(container),
    wanted: (mode === 'pin' ? changes : []).map((change) => {
      const { name: container, image: live, init, index } = findContainer(workload, change);
      const image = spelledByAuthor(workload, container, live);
      const byPatch = isShared(workload, image, changed, owns, workloads());
      const { digest } = change;
      return { kind, namespace, name, container, init, image, digest, byPatch, isFirst: !init && index === 0 };
    }),
  };
}

/** Whether another container under the same owner, of this workload or another one that it lists, names the image too. */
function isShared(
  workload: Workload,
  image: string,
  changed: ReadonlySet<string>,
  owns: OwnerStatus,
  workloads: Iterable<Workload>,
): boolean {
  const names = ({ containers }: Workload, except: ReadonlySet<string>) =>
    containers.some((container) => !except.has(container.name) && unpin(container.image) === image);
  if (names(workload, changed)) return true;
  for (const other of workloads) {
    if (!isOf(other, workload) && names(other, new Set()) && lists(owns, other)) return true;
  }
  return false;
}

/** The last proof before an entry: from what the entry's own write is guarded by. @throws ConflictError when it does not list the workload */
export function expectListed(
  type: FluxOwner['type'],
  read: Pick<FluxOwner, 'namespace' | 'name'> & { readonly owns: OwnerStatus },
  workload: Workload,
): void {
  if (lists(read.owns, workload)) return;
  throw new ConflictError(`${ownerText({ ...read, type })} does not list ${nameOf(workload)} in status.inventory.`);
}

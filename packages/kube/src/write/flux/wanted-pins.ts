import { unpin } from '@keelson/image';
import { ConflictError } from '../../http/kube-error.ts';
import { isFluxOwner } from '../../owner/flux-kinds.ts';
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
  { mode, workloads }: WantedPinsOptions,
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
      const byPatch = isShared(workload, image, changed, workloads());
      const { digest } = change;
      return { kind, namespace, name, container, init, image, digest, byPatch, isFirst: !init && index === 0 };
    }),
  };
}

/** Whether another container under the same owner, of this workload or another one, names the image too. */
function isShared(
  workload: Workload,
  image: string,
  changed: ReadonlySet<string>,
  workloads: Iterable<Workload>,
): boolean {
  const names = ({ containers }: Workload, except: ReadonlySet<string>) =>
    containers.some((container) => !except.has(container.name) && unpin(container.image) === image);
  if (names(workload, changed)) return true;
  for (const other of workloads) {
    if (hasSameOwner(other, workload) && !isOf(other, workload) && names(other, new Set())) return true;
  }
  return false;
}

function hasSameOwner({ owner: one }: Workload, { owner: other }: Workload): boolean {
  if (!isFluxOwner(one) || !isFluxOwner(other)) return false;
  return one.type === other.type && one.name === other.name && one.namespace === other.namespace;
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

import { foreground } from '../api/remover.ts';
import type { KindInfo } from '../kinds/kind.ts';
import type { KubeObject } from '../objects/object.ts';
import { keyOf } from '../objects/object.ts';
import type { StoreEvent } from '../store/store.ts';
import type { Control } from './control.ts';
import { controllerManager } from './control.ts';

/** The dependents of what is gone go too, unless another owner still holds them. */
function collect(control: Control, owner: KubeObject): void {
  for (const { kind, object } of control.store.ownedBy(owner)) {
    const others = (object.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid);
    if (others.length === 0) control.remover.remove(kind, keyOf(object));
    else {
      const metadata = { ...object.metadata, ownerReferences: others };
      control.writer.change(kind, keyOf(object), { manager: controllerManager }, (live) => ({ ...live, metadata }));
    }
  }
}

/** Foreground: first the dependents, and when none is left the owner itself. */
function collectForeground(control: Control, kind: KindInfo, key: string): void {
  const owner = control.store.get(kind, key);
  if (!owner?.metadata.deletionTimestamp || !owner.metadata.finalizers?.includes(foreground)) return;
  const dependents = control.store.ownedBy(owner);
  for (const { kind: each, object } of dependents) {
    if (!object.metadata.deletionTimestamp)
      control.remover.remove(each, keyOf(object), { propagationPolicy: 'Foreground' });
  }
  if (control.store.ownedBy(owner).length > 0) return;
  const finalizers = owner.metadata.finalizers.filter((each) => each !== foreground);
  control.writer.change(kind, key, { manager: controllerManager }, (live) => ({
    ...live,
    metadata: { ...live.metadata, finalizers },
  }));
}

/** What a write means for owners and dependents. `later` runs its work after all subscribers got this event. */
export function watchOwners(
  control: Control,
  event: StoreEvent,
  ownerOf: (uid: string) => { kind: KindInfo; key: string } | undefined,
  later: (key: string, work: () => void) => void,
): void {
  const { uid, finalizers, ownerReferences } = event.object.metadata;
  if (event.type === 'DELETED') {
    later(`collect/${uid}`, () => collect(control, event.object));
    for (const reference of ownerReferences ?? []) {
      const owner = ownerOf(reference.uid);
      if (owner) later(`foreground/${reference.uid}`, () => collectForeground(control, owner.kind, owner.key));
    }
  } else if (finalizers?.includes(foreground)) {
    later(`foreground/${uid}`, () => collectForeground(control, event.kind, event.key));
  }
}

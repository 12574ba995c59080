import type { Job, Pod, ReplicaSet } from '../types.ts';

/** Objects by the uid of their controller, so that finding those of one workload takes time by their number alone. */
export interface OwnedIndex<T> {
  put(object: T): void;
  remove(object: T): void;
  of(ownerUid: string): Iterable<T>;
}

export function createOwnedIndex<T extends Pick<ReplicaSet | Job | Pod, 'uid' | 'ownerUid'>>(): OwnedIndex<T> {
  const byOwner = new Map<string, Map<string, T>>();

  return {
    put(object) {
      if (object.ownerUid === undefined) return;
      const siblings = byOwner.get(object.ownerUid) ?? new Map<string, T>();
      siblings.set(object.uid, object);
      byOwner.set(object.ownerUid, siblings);
    },
    remove({ uid, ownerUid }) {
      if (ownerUid === undefined) return;
      const siblings = byOwner.get(ownerUid);
      siblings?.delete(uid);
      if (siblings?.size === 0) byOwner.delete(ownerUid);
    },
    of: (ownerUid) => byOwner.get(ownerUid)?.values() ?? [],
  };
}

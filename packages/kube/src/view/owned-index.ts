import type { Job, Pod, ReplicaSet, Workload } from '../types.ts';

/** An object that may control others. A uid alone is not enough: anybody may write one of another namespace into an owner reference. */
export type Controller = Pick<Workload | ReplicaSet | Job, 'namespace' | 'uid'>;

/** Objects by their controller, which is in their own namespace, so that finding those of one workload takes time by their number alone. */
export interface OwnedIndex<T> {
  put(object: T): void;
  remove(object: T): void;
  of(controller: Controller): Iterable<T>;
  /** The object of this key, as `keyOf` makes it. */
  get(key: string): T | undefined;
}

/** The controller of an object as a key; undefined where it has none. */
export function controllerKey({ namespace, ownerUid }: Pick<Pod, 'namespace' | 'ownerUid'>): string | undefined {
  return ownerUid === undefined ? undefined : keyOf({ namespace, uid: ownerUid });
}

/** The same of the controller itself. */
export function keyOf({ namespace, uid }: Controller): string {
  return `${namespace}/${uid}`;
}

export function createOwnedIndex<
  T extends Pick<ReplicaSet | Job | Pod, 'namespace' | 'uid' | 'ownerUid'>,
>(): OwnedIndex<T> {
  const byOwner = new Map<string, Map<string, T>>();
  const byKey = new Map<string, T>();

  return {
    put(object) {
      const key = controllerKey(object);
      if (key === undefined) return;
      byKey.set(keyOf(object), object);
      const siblings = byOwner.get(key) ?? new Map<string, T>();
      siblings.set(object.uid, object);
      byOwner.set(key, siblings);
    },
    remove(object) {
      const key = controllerKey(object);
      if (key === undefined) return;
      byKey.delete(keyOf(object));
      const siblings = byOwner.get(key);
      siblings?.delete(object.uid);
      if (siblings?.size === 0) byOwner.delete(key);
    },
    get: (key) => byKey.get(key),
    of: (controller) => byOwner.get(keyOf(controller))?.values() ?? [],
  };
}

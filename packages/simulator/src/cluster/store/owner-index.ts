import type { KindInfo } from '../kinds/kind.ts';
import type { KubeObject } from '../objects/object.ts';

export interface Owned {
  readonly kind: KindInfo;
  readonly object: KubeObject;
}

interface Place {
  readonly kind: KindInfo;
  readonly key: string;
}

/** Which objects name which uid as an owner, so that no lookup has to scan all of them. */
export class OwnerIndex {
  readonly #byUid = new Map<string, Map<string, Place>>();

  of(uid: string): Place[] {
    return [...(this.#byUid.get(uid)?.values() ?? [])];
  }

  replace(kind: KindInfo, key: string, before: KubeObject | undefined, after: KubeObject | undefined): void {
    const old = before?.metadata.ownerReferences;
    const now = after?.metadata.ownerReferences;
    if (old === now) return;
    const id = `${kind.apiVersion}/${kind.plural}/${key}`;
    for (const { uid } of old ?? []) {
      const places = this.#byUid.get(uid);
      places?.delete(id);
      if (places?.size === 0) this.#byUid.delete(uid);
    }
    for (const { uid } of now ?? []) {
      const places = this.#byUid.get(uid) ?? new Map<string, Place>();
      places.set(id, { kind, key });
      this.#byUid.set(uid, places);
    }
  }
}

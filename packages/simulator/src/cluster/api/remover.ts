import type { StatusBody } from '../api-error.ts';
import { notFound, preconditionFailed } from '../api-error.ts';
import { fieldsOf } from '../json.ts';
import type { KindInfo } from '../kinds/kind.ts';
import { kinds } from '../kinds/table.ts';
import type { KubeObject } from '../objects/object.ts';
import { timestamp } from '../objects/object.ts';
import { hasEnded, isPod } from '../objects/pod.ts';
import type { Store } from '../store/store.ts';

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number | undefined;
  /** Dependents: removed after (Background, the default), before (Foreground), or left alone (Orphan). */
  readonly propagationPolicy?: string | undefined;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly dryRun?: boolean;
}

export const foreground = 'foregroundDeletion';

function success(kind: KindInfo, object: KubeObject): StatusBody {
  const { name, uid } = object.metadata;
  const group = kind.group === '' ? {} : { group: kind.group };
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...group, kind: kind.plural, uid },
  };
}

/** Deletes as the API server does. What waits (a pod for its kubelet, anything for its finalizers) is marked first. */
export class Remover {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** @returns the object while its deletion waits (a Pod always), else a Status of success. @throws ApiError 404, 409 */
  remove(kind: KindInfo, key: string, options: DeleteOptions = {}): KubeObject | StatusBody {
    const live = this.#store.get(kind, key);
    if (live === undefined) throw notFound(kind, key.slice(key.indexOf('/') + 1));
    this.#check(kind, live, options);
    if (options.dryRun === true) return success(kind, live);
    const finalizers = this.#finalizers(kind, live, options);
    const grace = graceOf(live, options);
    if (options.propagationPolicy === 'Orphan') this.#orphan(live);
    if (finalizers.length > 0 || grace > 0 || kind === kinds.namespace)
      return this.#mark(kind, live, finalizers, grace);
    const last = this.#store.remove(kind, key) ?? live;
    if (!isPod(live)) return success(kind, live);
    const generation = (last.metadata.generation ?? 0) + (last.metadata.deletionTimestamp ? 0 : 1);
    const deletionTimestamp = timestamp(this.#now());
    return { ...last, metadata: { ...last.metadata, generation, deletionTimestamp, deletionGracePeriodSeconds: 0 } };
  }

  #check(kind: KindInfo, live: KubeObject, { uid, resourceVersion }: DeleteOptions): void {
    const { name, uid: liveUid, resourceVersion: liveVersion } = live.metadata;
    if (uid !== undefined && uid !== liveUid) {
      const record = `the UID in the precondition (${uid}) does not match the UID in record (${liveUid})`;
      throw preconditionFailed(kind, name, `${record}. The object might have been deleted and then recreated`);
    }
    if (resourceVersion !== undefined && resourceVersion !== liveVersion) {
      const record = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${liveVersion})`;
      throw preconditionFailed(kind, name, `${record}. The object might have been modified`);
    }
  }

  #finalizers(kind: KindInfo, live: KubeObject, { propagationPolicy }: DeleteOptions): string[] {
    const own = live.metadata.finalizers ?? [];
    const waits = propagationPolicy === 'Foreground' && kind !== kinds.namespace && !own.includes(foreground);
    return waits ? [...own, foreground] : own;
  }

  #mark(kind: KindInfo, live: KubeObject, finalizers: string[], grace: number): KubeObject {
    const { metadata } = live;
    if (metadata.deletionTimestamp && grace >= (metadata.deletionGracePeriodSeconds ?? 0)) return live;
    const marked: KubeObject = {
      ...live,
      metadata: {
        ...metadata,
        deletionTimestamp: timestamp(this.#now() + grace * 1000),
        ...(kind === kinds.namespace ? {} : { deletionGracePeriodSeconds: grace }),
        ...(metadata.generation === undefined ? {} : { generation: metadata.generation + 1 }),
        ...(finalizers.length === 0 ? {} : { finalizers }),
      },
    };
    if (kind === kinds.namespace) marked['status'] = { ...fieldsOf(live['status']), phase: 'Terminating' };
    return this.#store.put(kind, marked);
  }

  /** The dependents lose this owner and stay. */
  #orphan(owner: KubeObject): void {
    for (const { kind, object } of this.#store.ownedBy(owner)) {
      const ownerReferences = object.metadata.ownerReferences?.filter(({ uid }) => uid !== owner.metadata.uid) ?? [];
      this.#store.put(kind, { ...object, metadata: { ...object.metadata, ownerReferences } });
    }
  }
}

/** Seconds that a pod is given to end; 0 for what no kubelet has to stop. */
function graceOf(object: KubeObject, { gracePeriodSeconds }: DeleteOptions): number {
  if (!isPod(object)) return 0;
  if (object.spec.nodeName === undefined || hasEnded(object)) return 0;
  return gracePeriodSeconds ?? object.spec.terminationGracePeriodSeconds ?? 30;
}

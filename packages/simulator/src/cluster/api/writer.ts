import { randomUUID } from 'node:crypto';
import { alreadyExists, cause, conflict, invalid, namespaceTerminating, notFound } from '../api-error.ts';
import type { Subresource } from '../fields/managed.ts';
import { afterUpdate } from '../fields/managed.ts';
import { equal } from '../json.ts';
import type { KindInfo } from '../kinds/kind.ts';
import { kinds } from '../kinds/table.ts';
import type { KubeObject, ManagedFieldsEntry } from '../objects/object.ts';
import { keyOf, timestamp } from '../objects/object.ts';
import { isPod } from '../objects/pod.ts';
import type { Store } from '../store/store.ts';
import { settleName } from './names.ts';
import { admitPod } from './pod-admission.ts';
import { pinPod } from './pod-pin.ts';
import { firstStatus } from './status-defaults.ts';

export interface WriteOptions {
  /** Who is written into managedFields. */
  readonly manager: string;
  /** Checks and answers as if, and writes nothing. */
  readonly dryRun?: boolean;
  readonly subresource?: Subresource;
  /** What server-side apply worked out; absent: this is an Update. */
  readonly managedFields?: ManagedFieldsEntry[];
  /** Who owns what as the client itself wrote it into the object; who owns what is worked out from there. */
  readonly claimedFields?: ManagedFieldsEntry[] | undefined;
}

/**
 * Writes one object as the API server does: defaults, ownership, admission, validation, generation, resourceVersion. The
 * HTTP side and the controllers both write through it.
 */
export class Writer {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** Makes a new object; it is changed in place on the way. Throws 409 AlreadyExists, 404 (no namespace), 403 (ending), 422. */
  create(kind: KindInfo, object: KubeObject, options: WriteOptions): KubeObject {
    this.#checkNamespace(kind, object);
    settleName(kind, object);
    const { metadata } = object;
    metadata.uid = randomUUID();
    metadata.resourceVersion = '';
    metadata.creationTimestamp = timestamp(this.#now());
    delete metadata.generation;
    delete metadata.deletionTimestamp;
    if (kind.generation !== 'none') metadata.generation = 1;
    if (!kind.namespaced) delete metadata.namespace;
    if (this.#store.get(kind, keyOf(object)) !== undefined) throw alreadyExists(kind, metadata.name);
    if (kind.status && kind !== kinds.node) object['status'] = firstStatus(object);
    kind.defaults?.(object, undefined);
    const manager = { name: options.manager, operation: 'Update', subresource: undefined } as const;
    const managed = options.managedFields ?? afterUpdate(kind, undefined, object, manager, this.#now());
    if (managed.length > 0) metadata.managedFields = managed;
    if (isPod(object)) {
      admitPod(this.#store, object);
      pinPod(this.#store, object);
    }
    kind.prepare?.(object);
    this.#validate(kind, object, undefined);
    if (options.dryRun === true) return object;
    return this.#store.put(kind, object);
  }

  /**
   * Writes the next state of a live object. A state that says the same writes nothing and keeps its resourceVersion.
   * Throws 409 when `next` names another resourceVersion than the live one, 422 for another uid or an invalid state.
   */
  update(kind: KindInfo, live: KubeObject, next: KubeObject, options: WriteOptions): KubeObject {
    this.#checkIdentity(kind, live, next);
    const settled = options.subresource === 'status' ? statusOnly(live, next) : mainOnly(kind, live, next);
    if (options.subresource !== 'status') {
      kind.defaults?.(settled, live);
      this.#validate(kind, settled, live);
    }
    const manager = { name: options.manager, operation: 'Update', subresource: options.subresource } as const;
    const same = saysTheSame(live, settled);
    if (same && options.managedFields === undefined && options.claimedFields === undefined) return live;
    const managed =
      options.managedFields ?? afterUpdate(kind, claimed(live, options.claimedFields), settled, manager, this.#now());
    if (same && equal(withoutTimes(live.metadata.managedFields), withoutTimes(managed))) return live;
    if (managed.length > 0) settled.metadata.managedFields = managed;
    else delete settled.metadata.managedFields;
    if (raisesGeneration(kind, live, settled, options.subresource)) {
      settled.metadata.generation = (live.metadata.generation ?? 0) + 1;
    }
    if (options.dryRun === true) return settled;
    if (this.#isLastWord(settled)) return this.#store.remove(kind, keyOf(settled)) ?? settled;
    return this.#store.put(kind, settled);
  }

  /** As `update`, from the live state of now; for the controllers, that never lose a race in their own process. */
  change(
    kind: KindInfo,
    key: string,
    options: WriteOptions,
    edit: (live: KubeObject) => KubeObject,
  ): KubeObject | undefined {
    const live = this.#store.get(kind, key);
    return live === undefined ? undefined : this.update(kind, live, edit(live), options);
  }

  #validate(kind: KindInfo, object: KubeObject, live: KubeObject | undefined): void {
    const causes = kind.validate?.(object, live) ?? [];
    if (causes.length > 0) throw invalid(kind, object.metadata.name, causes);
  }

  #checkNamespace(kind: KindInfo, object: KubeObject): void {
    if (!kind.namespaced) return;
    const name = object.metadata.namespace ?? '';
    const namespace = this.#store.get(kinds.namespace, `/${name}`);
    if (namespace === undefined) throw notFound(kinds.namespace, name);
    if (namespace.metadata.deletionTimestamp) throw namespaceTerminating(kind, object.metadata.name, name);
  }

  #checkIdentity(kind: KindInfo, live: KubeObject, next: KubeObject): void {
    const { uid, resourceVersion, name } = next.metadata;
    if (resourceVersion !== '' && resourceVersion !== live.metadata.resourceVersion) throw conflict(kind, name);
    if (uid !== '' && uid !== live.metadata.uid) {
      throw invalid(kind, name, [cause.invalid('metadata.uid', uid, 'field is immutable')]);
    }
  }

  /** An object that waits to be deleted goes when its last finalizer does; a pod waits for its kubelet too. */
  #isLastWord(object: KubeObject): boolean {
    const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = object.metadata;
    if (!deletionTimestamp || (finalizers ?? []).length > 0) return false;
    return object.kind !== 'Namespace' && (deletionGracePeriodSeconds ?? 0) === 0;
  }
}

/** Status writes leave the spec and the labels; annotations pass, as the deployment controller needs it. */
function statusOnly(live: KubeObject, next: KubeObject): KubeObject {
  const metadata = { ...live.metadata };
  if (next.metadata.annotations !== undefined) metadata.annotations = next.metadata.annotations;
  return { ...live, metadata, status: next['status'] };
}

function mainOnly(kind: KindInfo, live: KubeObject, next: KubeObject): KubeObject {
  const { uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, namespace, name } = live.metadata;
  const metadata = { ...next.metadata, name, uid, resourceVersion, creationTimestamp };
  delete metadata.generation;
  delete metadata.deletionTimestamp;
  delete metadata.managedFields;
  if (generation !== undefined) metadata.generation = generation;
  if (deletionTimestamp !== undefined) metadata.deletionTimestamp = deletionTimestamp;
  if (live.metadata.deletionGracePeriodSeconds !== undefined) {
    metadata.deletionGracePeriodSeconds = live.metadata.deletionGracePeriodSeconds;
  }
  if (namespace !== undefined) metadata.namespace = namespace;
  const settled: KubeObject = { ...next, metadata };
  if (!kind.status) return settled;
  if (live['status'] === undefined) delete settled['status'];
  else settled['status'] = live['status'];
  return settled;
}

function claimed(live: KubeObject, managedFields: ManagedFieldsEntry[] | undefined): KubeObject {
  return managedFields === undefined ? live : { ...live, metadata: { ...live.metadata, managedFields } };
}

function withoutTimes(entries: readonly ManagedFieldsEntry[] | undefined): unknown {
  return (entries ?? []).map((entry) => ({ ...entry, time: undefined }));
}

/** Equal but for who manages what. */
function saysTheSame(live: KubeObject, next: KubeObject): boolean {
  const { managedFields: _ours, ...a } = live.metadata;
  const { managedFields: _theirs, ...b } = next.metadata;
  return equal(a, b) && equal({ ...live, metadata: {} }, { ...next, metadata: {} });
}

/** All that is neither metadata nor status is spec (a custom resource's generation counts so too). */
function raisesGeneration(kind: KindInfo, live: KubeObject, next: KubeObject, subresource: Subresource): boolean {
  if (kind.generation === 'none' || subresource === 'status') return false;
  const rest = (object: KubeObject) => ({ ...object, metadata: undefined, status: undefined });
  if (!equal(rest(live), rest(next))) return true;
  return (
    kind.generation === 'spec-and-annotations' &&
    !equal(live.metadata.annotations ?? {}, next.metadata.annotations ?? {})
  );
}

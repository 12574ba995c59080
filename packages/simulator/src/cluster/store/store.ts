import type { KindInfo } from '../kinds/kind.ts';
import type { KubeObject } from '../objects/object.ts';
import { keyOf } from '../objects/object.ts';
import type { Owned } from './owner-index.ts';
import { OwnerIndex } from './owner-index.ts';

/** How many events of each kind are kept at least, for watches and lists from an older version. */
const historySize = 10_000;

/** One write, as watches report it. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: KindInfo;
  readonly key: string;
  readonly version: number;
  /** For DELETED the last state, under the resourceVersion of the deletion. */
  readonly object: KubeObject;
  readonly before: KubeObject | undefined;
}

interface Table {
  readonly objects: Map<string, KubeObject>;
  /** Keys in order, rebuilt when one came or went. */
  sorted: string[] | undefined;
  log: StoreEvent[];
}

/**
 * Every object, and what happened to it: what etcd is to the real server. One rising number counts all writes.
 * Objects are never changed in place; who holds one holds that state.
 */
export class Store {
  readonly #tables = new Map<KindInfo, Table>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  readonly #owners = new OwnerIndex();
  #version = 1;
  /** Reads and watches from before this version find their history gone. */
  #oldest = 0;

  get version(): number {
    return this.#version;
  }

  get(kind: KindInfo, key: string): KubeObject | undefined {
    return this.#table(kind).objects.get(key);
  }

  /** In the order of keys: namespace, then name. */
  list(kind: KindInfo): KubeObject[] {
    const table = this.#table(kind);
    table.sorted ??= [...table.objects.keys()].sort();
    return table.sorted.flatMap((key) => table.objects.get(key) ?? []);
  }

  /** The list as it was at an earlier version; undefined: that far back nothing is kept. */
  listAt(kind: KindInfo, version: number): KubeObject[] | undefined {
    const later = this.eventsSince(kind, version);
    if (later === undefined) return undefined;
    if (later.length === 0) return this.list(kind);
    const objects = new Map(this.#table(kind).objects);
    for (const event of later.toReversed()) {
      if (event.before === undefined) objects.delete(event.key);
      else objects.set(event.key, event.before);
    }
    return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  /** Writes the object under the next version. The caller has decided that it differs from what is there. */
  put(kind: KindInfo, object: KubeObject): KubeObject {
    const table = this.#table(kind);
    const key = keyOf(object);
    const before = table.objects.get(key);
    this.#version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    table.objects.set(key, stored);
    if (before === undefined) table.sorted = undefined;
    this.#owners.replace(kind, key, before, stored);
    this.#record({
      type: before === undefined ? 'ADDED' : 'MODIFIED',
      kind,
      key,
      version: this.#version,
      object: stored,
      before,
    });
    return stored;
  }

  /** Removes the object at once. @returns its last state */
  remove(kind: KindInfo, key: string): KubeObject | undefined {
    const table = this.#table(kind);
    const before = table.objects.get(key);
    if (before === undefined) return undefined;
    this.#version += 1;
    const object = { ...before, metadata: { ...before.metadata, resourceVersion: String(this.#version) } };
    table.objects.delete(key);
    table.sorted = undefined;
    this.#owners.replace(kind, key, before, undefined);
    this.#record({ type: 'DELETED', kind, key, version: this.#version, object, before });
    return object;
  }

  /** What names this object among its owners, in its own namespace: no controller believes what others say. */
  ownedBy({ metadata: { uid, namespace } }: KubeObject): Owned[] {
    return this.#owners.of(uid).flatMap(({ kind, key }) => {
      const object = this.get(kind, key);
      if (object === undefined) return [];
      return namespace === undefined || object.metadata.namespace === namespace ? [{ kind, object }] : [];
    });
  }

  /** The events of a kind after a version, oldest first; undefined: some of them are forgotten. */
  eventsSince(kind: KindInfo, version: number): StoreEvent[] | undefined {
    if (version < this.#oldest) return undefined;
    const { log } = this.#table(kind);
    let from = log.length;
    while (from > 0 && (log[from - 1]?.version ?? 0) > version) from -= 1;
    return log.slice(from);
  }

  /** Forgets all history: reads and watches from an older version get 410 from now on (etcd's compaction). */
  forget(): void {
    this.#version += 1;
    this.#oldest = this.#version;
    for (const table of this.#tables.values()) table.log = [];
  }

  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #table(kind: KindInfo): Table {
    const table = this.#tables.get(kind) ?? { objects: new Map(), sorted: undefined, log: [] };
    this.#tables.set(kind, table);
    return table;
  }

  #record(event: StoreEvent): void {
    const table = this.#table(event.kind);
    table.log.push(event);
    if (table.log.length > historySize * 2) {
      const dropped = table.log.splice(0, table.log.length - historySize);
      this.#oldest = Math.max(this.#oldest, dropped.at(-1)?.version ?? 0);
    }
    for (const listener of this.#listeners) listener(event);
  }
}

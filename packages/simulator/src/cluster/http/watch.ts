import type { ServerResponse } from 'node:http';
import { ApiError, cause, expired, invalidOptions } from '../api-error.ts';
import type { KindInfo } from '../kinds/kind.ts';
import type { KubeObject } from '../objects/object.ts';
import type { Store, StoreEvent } from '../store/store.ts';
import { encode, metadataOnly } from './encode.ts';
import { flagIn, numberIn, versionMatch } from './query.ts';
import { selection } from './selection.ts';

/** Seconds after which the server ends a watch that names no end. */
const defaultTimeout = 1800;

export interface WatchRequest {
  readonly kind: KindInfo;
  readonly namespace: string | undefined;
  readonly query: URLSearchParams;
  readonly path: string;
  readonly metadataOnly: boolean;
}

/** One open watch: an answer that never ends by itself. */
export class Watch {
  readonly request: WatchRequest;
  readonly #response: ServerResponse;
  readonly #matches: (object: KubeObject) => boolean;
  readonly #bookmarks: boolean;
  readonly #since: number;
  #pending = '';
  #frozen = false;

  constructor(request: WatchRequest, response: ServerResponse, since: number) {
    this.request = request;
    this.#response = response;
    this.#matches = selection(request.kind, request.namespace, request.query).matches;
    this.#bookmarks = flagIn(request.query, 'allowWatchBookmarks') === true;
    this.#since = since;
  }

  /** An object that begins to match was added, one that no longer does was deleted, for this watch. */
  report(event: StoreEvent): void {
    if (event.version <= this.#since) return;
    const now = event.type !== 'DELETED' && this.#matches(event.object);
    const before = event.before !== undefined && this.#matches(event.before);
    if (now) this.#send(before ? 'MODIFIED' : 'ADDED', event.object);
    else if (before) this.#send('DELETED', event.type === 'DELETED' ? event.object : atVersion(event.before, event));
  }

  add(object: KubeObject): void {
    if (this.#matches(object)) this.#send('ADDED', object);
  }

  bookmark(version: number, initialEnd: boolean): void {
    if (!this.#bookmarks) return;
    const { kind } = this.request;
    const annotations = initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
    const metadata = { resourceVersion: String(version), ...annotations };
    const text = JSON.stringify({ kind: kind.kind, apiVersion: kind.apiVersion, metadata });
    this.#write(`{"type":"BOOKMARK","object":${text}}\n`);
  }

  fail(error: ApiError): void {
    this.#write(`{"type":"ERROR","object":${JSON.stringify(error.body)}}\n`);
    this.end();
  }

  /** Goes on as an open connection that says nothing any more. */
  freeze(): void {
    this.#frozen = true;
  }

  end(): void {
    this.#flush();
    this.#response.end();
  }

  drop(): void {
    this.#response.destroy();
  }

  #send(type: StoreEvent['type'], object: KubeObject): void {
    const text = encode(this.request.metadataOnly ? metadataOnly(object) : object);
    this.#write(`{"type":"${type}","object":${text}}\n`);
  }

  /** Events of one turn of the event loop are sent as one chunk. */
  #write(line: string): void {
    if (this.#frozen) return;
    if (this.#pending === '') setImmediate(() => this.#flush());
    this.#pending += line;
  }

  #flush(): void {
    if (this.#pending !== '' && !this.#response.writableEnded) this.#response.write(this.#pending);
    this.#pending = '';
  }
}

function atVersion(object: KubeObject | undefined, event: StoreEvent): KubeObject {
  const before = object ?? event.object;
  return { ...before, metadata: { ...before.metadata, resourceVersion: String(event.version) } };
}

/** All open watches. */
export class Watches {
  readonly #store: Store;
  readonly #open = new Map<KindInfo, Set<Watch>>();
  readonly #unsubscribe: () => void;
  readonly #bookmarkTimer: NodeJS.Timeout;
  readonly #timeScale: number;

  constructor(store: Store, bookmarkMs: number, timeScale: number) {
    this.#store = store;
    this.#timeScale = timeScale;
    this.#unsubscribe = store.subscribe((event) => {
      for (const watch of this.#open.get(event.kind) ?? []) watch.report(event);
    });
    this.#bookmarkTimer = setInterval(() => this.bookmark(), bookmarkMs).unref();
  }

  get all(): Watch[] {
    return [...this.#open.values()].flatMap((each) => [...each]);
  }

  bookmark(): void {
    for (const watch of this.all) watch.bookmark(this.#store.version, false);
  }

  /** Serves a watch. @throws ApiError 500 or 422 before the first byte; an expired version is an event of the stream */
  open(request: WatchRequest, response: ServerResponse): void {
    const { query, kind } = request;
    const version = startVersion(query);
    const initial = wantsInitialEvents(query, version);
    const seconds = numberIn(query, 'timeoutSeconds') ?? defaultTimeout;
    const since = initial ? this.#store.version : (version ?? 0);
    const watch = new Watch(request, response, since);
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    response.flushHeaders();
    const missed = initial ? [] : this.#store.eventsSince(kind, since);
    if (missed === undefined) {
      watch.fail(expired(`too old resource version: ${since} (${this.#store.version})`));
      return;
    }
    if (initial) for (const object of this.#store.list(kind)) watch.add(object);
    for (const event of missed) watch.report(event);
    if (initial) watch.bookmark(this.#store.version, true);
    const open = this.#open.get(kind) ?? new Set<Watch>();
    this.#open.set(kind, open.add(watch));
    const timer = setTimeout(() => watch.end(), seconds * 1000 * this.#timeScale).unref();
    response.on('close', () => {
      clearTimeout(timer);
      open.delete(watch);
    });
  }

  stop(): void {
    this.#unsubscribe();
    clearInterval(this.#bookmarkTimer);
    for (const watch of this.all) watch.drop();
  }
}

/** As for lists, but what is no number is the server's fault here. */
function startVersion(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion');
  if (text === null || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const why = `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw new ApiError(500, undefined, `resourceVersion: Invalid value: ${JSON.stringify(text)}: ${why}`);
}

/** From nothing and from 0 a watch begins with what there is; sendInitialEvents says it outright. */
function wantsInitialEvents(query: URLSearchParams, version: number | undefined): boolean {
  const asked = flagIn(query, 'sendInitialEvents');
  if (asked === undefined) return version === undefined || version === 0;
  if (query.get('resourceVersionMatch') !== 'NotOlderThan') {
    const field = 'resourceVersionMatch';
    const why = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
    throw invalidOptions('ListOptions', cause.forbidden(field, why));
  }
  versionMatch(query, version ?? 1);
  return asked;
}

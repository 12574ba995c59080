import { sleep } from '@keelson/core/wait';
import { KubeError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';
import { createBackoff } from './backoff.ts';
import { listPages } from './list-pages.ts';
import type { WatchTiming } from './timing.ts';
import { watchEvents } from './watch-events.ts';

/** One trimmed object with its identity and version. */
export interface Reflected<T> {
  readonly key: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** The trimmed object. */
  readonly object: T;
}

export interface ReflectOptions<T> {
  readonly http: KubeHttp;
  /** A list's path: `/apis/apps/v1/deployments`. */
  readonly path: string;
  /** Trims an object as the API server sends it; nothing else is kept. undefined: the object is left out. */
  readonly read: (object: unknown) => Reflected<T> | undefined;
  readonly onPut: (object: T, before: T | undefined) => void;
  readonly onRemove: (before: T) => void;
  /** Each failure, before the wait that follows it. */
  readonly onTrouble: (error: unknown) => void;
  /** The first contact after a failure. */
  readonly onRecovered: () => void;
  readonly timing: WatchTiming;
}

export interface Reflector {
  /** Resolves when the first list is complete, or is forbidden. Never rejects. */
  readonly listed: Promise<void>;
  /** False when the last contact with the API server is too old. Always true while the kind is forbidden. */
  readonly synced: boolean;
  stop(): Promise<void>;
}

/** Keeps a copy of one kind: lists, then watches, resumes from the last resourceVersion, and lists again once the API server no longer has it. */
export function reflect<T>(options: ReflectOptions<T>): Reflector {
  const { http, path, timing } = options;
  const known = new Map<string, Reflected<T>>();
  const stopping = new AbortController();
  const { signal } = stopping;
  const failures = createBackoff(timing.backoffMinMs, timing.backoffMaxMs);
  const refusals = createBackoff(timing.refusedMinMs, timing.refusedMaxMs);
  const first = Promise.withResolvers<void>();
  let everListed = false;
  let neverAllowed = false;
  let watching = false;
  let lastContact = performance.now();
  let inTrouble = false;

  function contact(): void {
    lastContact = performance.now();
    if (!inTrouble) return;
    inTrouble = false;
    options.onRecovered();
  }

  function remove(entry: Reflected<T>): void {
    known.delete(entry.key);
    options.onRemove(entry.object);
  }

  function put(entry: Reflected<T>): void {
    let before = known.get(entry.key);
    if (before?.resourceVersion === entry.resourceVersion) return;
    if (before !== undefined && before.uid !== entry.uid) {
      // Deleted and created again between two watches.
      remove(before);
      before = undefined;
    }
    known.set(entry.key, entry);
    options.onPut(entry.object, before?.object);
  }

  async function relist(): Promise<string> {
    const seen = new Set<string>();
    const request = { http, path, pageSize: timing.pageSize, deadlineMs: timing.listDeadlineMs, signal };
    const version = await listPages(request, (object) => {
      const entry = options.read(object);
      if (entry === undefined) return;
      seen.add(entry.key);
      put(entry);
    });
    for (const entry of known.values()) if (!seen.has(entry.key)) remove(entry);
    everListed = true;
    neverAllowed = false;
    contact();
    first.resolve();
    return version;
  }

  /** Follows one watch to its end. `move` gets each new resourceVersion, so that none is lost when the watch breaks. */
  async function follow(resourceVersion: string, move: (version: string) => void): Promise<void> {
    const seconds = Math.round(timing.watchSeconds + Math.random() * timing.watchJitterSeconds);
    const silenceMs = seconds * 1000 + timing.slackMs;
    const opened = performance.now();
    let events = 0;
    const onOpen = () => {
      watching = true;
      // Only a watch resets the wait: where watching alone is forbidden, lists would repeat at the shortest wait.
      refusals.reset();
      contact();
    };
    try {
      for await (const event of watchEvents({ http, path, resourceVersion, seconds, silenceMs, signal, onOpen })) {
        events += 1;
        lastContact = performance.now();
        failures.reset();
        if (event.type !== 'BOOKMARK') {
          const entry = options.read(event.object);
          const old = entry === undefined ? undefined : known.get(entry.key);
          if (event.type === 'DELETED' && old !== undefined) remove(old);
          if (event.type !== 'DELETED' && entry !== undefined) put(entry);
        }
        move(event.resourceVersion);
      }
    } finally {
      if (watching) lastContact = performance.now();
      watching = false;
    }
    // Watches that end at once would otherwise repeat in a tight loop.
    if (events === 0 && performance.now() - opened < Math.min(1000, timing.backoffMinMs)) {
      throw new KubeError(`watch ${path}: the API server ended it at once.`, { code: 'unavailable' });
    }
    failures.reset();
  }

  function waitFor(error: unknown): number {
    if (!(error instanceof KubeError)) return failures.next();
    if (error.code === 'forbidden') return refusals.next();
    return Math.max(error.retryAfterMs ?? 0, failures.next());
  }

  async function run(): Promise<void> {
    let version: string | undefined;
    let goneInARow = 0;
    while (!signal.aborted) {
      try {
        version ??= await relist();
        await follow(version, (next) => {
          version = next;
          goneInARow = 0;
        });
      } catch (error) {
        if (signal.aborted) return;
        const code = error instanceof KubeError ? error.code : undefined;
        // After broken connections and overload the watch resumes; after anything else it lists again.
        if (code !== 'unavailable' && code !== 'timeout' && code !== 'rate-limited' && code !== 'unauthorized')
          version = undefined;
        if (code === 'gone' && goneInARow++ === 0) continue;
        if (code === 'forbidden') {
          neverAllowed = !everListed;
          first.resolve();
        }
        inTrouble = true;
        options.onTrouble(error);
        await sleep(waitFor(error), signal);
      }
    }
  }

  const running = run();
  return {
    listed: first.promise,
    get synced() {
      return neverAllowed || watching || (everListed && performance.now() - lastContact < timing.freshMs);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

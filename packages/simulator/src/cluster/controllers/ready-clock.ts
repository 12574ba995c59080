import { kinds } from '../kinds/table.ts';
import type { Pod } from '../objects/pod.ts';
import { isPod, isReady } from '../objects/pod.ts';
import type { Store } from '../store/store.ts';
import type { Timers } from './timers.ts';

/** Since when each pod is ready, finer than the whole seconds of its condition: minReadySeconds counts from there. */
export class ReadyClock {
  readonly #since = new Map<string, number>();
  readonly #timers: Timers;

  constructor(store: Store, timers: Timers) {
    this.#timers = timers;
    store.subscribe(({ kind, type, object }) => {
      if (kind !== kinds.pod || !isPod(object)) return;
      const { uid } = object.metadata;
      if (type === 'DELETED' || !isReady(object)) this.#since.delete(uid);
      else if (!this.#since.has(uid)) this.#since.set(uid, performance.now());
    });
  }

  /** Milliseconds until the pod counts as available: 0 when it does, undefined while it is not ready. */
  untilAvailable(pod: Pod, minReadySeconds: number): number | undefined {
    const since = this.#since.get(pod.metadata.uid);
    if (since === undefined || !isReady(pod)) return undefined;
    return Math.max(0, minReadySeconds * 1000 - this.#timers.since(since));
  }
}

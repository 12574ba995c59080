import type { KubeLog } from '../log.ts';
import type { ClusterChange } from '../types.ts';

export interface Listeners {
  readonly add: (listener: (change: ClusterChange) => void) => () => void;
  readonly emit: (change: ClusterChange) => void;
}

export function createListeners(log: KubeLog): Listeners {
  const listeners = new Set<(change: ClusterChange) => void>();
  return {
    add(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit(change) {
      for (const listener of listeners) {
        try {
          listener(change);
        } catch (error) {
          // An error of one listener must not end the watch.
          log.warn({ err: error }, 'listener of cluster changes failed');
        }
      }
    },
  };
}

import type { KubeLog } from '../log.ts';
import type { ClusterChange } from '../types.ts';

export interface Listeners {
  readonly add: (listener: (change: ClusterChange) => void) => () => void;
  readonly tell: (change: ClusterChange) => void;
}

export function createListeners(log: KubeLog): Listeners {
  const listeners = new Set<(change: ClusterChange) => void>();
  return {
    add(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(change) {
      for (const listener of listeners) {
        try {
          listener(change);
        } catch (error) {
          // A listener's fault must not end the watch that feeds all others.
          log.warn({ err: error }, 'a listener to changes of the cluster failed');
        }
      }
    },
  };
}

import type { WorkloadKey } from '@keelson/core';
import { workloadIdOf } from '@keelson/core';

/** Workloads to reconcile one after another. Namespaces take turns: whoever changes thousands of workloads delays its own alone (law 17). */
export interface ChangedWorkloads {
  add(key: WorkloadKey): void;
  /** The next one, which is then no longer in the queue; undefined where none is left. */
  take(): WorkloadKey | undefined;
  clear(): void;
}

export function createChangedWorkloads(): ChangedWorkloads {
  const byNamespace = new Map<string, Map<string, WorkloadKey>>();
  return {
    add(key) {
      const changed = byNamespace.get(key.namespace) ?? new Map<string, WorkloadKey>();
      changed.set(workloadIdOf(key), key);
      byNamespace.set(key.namespace, changed);
    },
    take() {
      const [[namespace, changed] = []] = byNamespace;
      const [[id, key] = []] = changed ?? [];
      if (namespace === undefined || changed === undefined || id === undefined) return undefined;
      changed.delete(id);
      byNamespace.delete(namespace);
      if (changed.size > 0) byNamespace.set(namespace, changed);
      return key;
    },
    clear: () => byNamespace.clear(),
  };
}

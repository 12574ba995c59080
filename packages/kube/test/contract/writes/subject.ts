import { workloadPath } from '../../../src/objects/kinds.ts';
import { readWorkload } from '../../../src/objects/workload.ts';
import type { Workload, WorkloadKey, WorkloadKind } from '../../../src/types.ts';
import type { Given } from '../../support/objects.ts';
import { digest, firstImage, makers } from '../../support/objects.ts';
import { until } from '../../support/until.ts';
import type { Harness } from '../harness.ts';

export const a = digest('a');
export const b = digest('b');
export const toA = { container: 'app', expected: firstImage, digest: a };

interface Read {
  readonly workload: Workload;
  readonly object: unknown;
}

/** A workload to write into, and what became of it. */
export interface Subject {
  /** What is there now, trimmed and whole. */
  readonly read: (key: WorkloadKey) => Promise<Read>;
  /** Makes one in a namespace of the test's own; it has no pods unless the test says so. */
  readonly given: (kind: WorkloadKind, what?: Given) => Promise<Workload>;
  /** The controller writes status after each change, which moves the resourceVersion: waits until it is done. */
  readonly settled: (key: WorkloadKey) => Promise<Workload>;
}

export function subject(harness: () => Harness): Subject {
  async function read(key: WorkloadKey): Promise<Read> {
    const object = await harness().http.request({ path: workloadPath(key) });
    const workload = readWorkload(key.kind, object);
    if (workload === undefined) throw new Error('not readable');
    return { workload, object };
  }

  async function settled(key: WorkloadKey): Promise<Workload> {
    if (key.kind === 'CronJob') return (await read(key)).workload;
    return until('the controller', async () => {
      const { workload } = await read(key);
      const caughtUp = workload.status.observedGeneration === workload.generation;
      if (!caughtUp) return undefined;
      await new Promise((resolve) => setTimeout(resolve, 100));
      const again = await read(key);
      return again.workload.resourceVersion === workload.resourceVersion && again.workload;
    });
  }

  return {
    read,
    settled,
    async given(kind, what = {}) {
      const { namespace, create } = harness();
      const key = { namespace: await namespace(), kind, name: 'web' };
      await create(key.namespace, makers[kind]('web', { replicas: 0, ...what }));
      return settled(key);
    },
  };
}

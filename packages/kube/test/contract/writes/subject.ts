import type { WorkloadKey, WorkloadKind } from '@keelson/core';
import { vi } from 'vitest';
import { ConflictError } from '../../../src/index.ts';
import { workloadPath } from '../../../src/objects/kinds.ts';
import { readWorkload } from '../../../src/objects/workload.ts';
import type { Workload } from '../../../src/types.ts';
import type { ImageChange, WriteOptions, WritePath, WriteResult } from '../../../src/write/types.ts';
import type { Given } from '../../support/objects.ts';
import { digest, firstImage, makers } from '../../support/objects.ts';
import { soon } from '../../support/soon.ts';
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
  /** The same, in a namespace that is there, under a name. */
  readonly givenIn: (namespace: string, kind: WorkloadKind, what?: Given, name?: string) => Promise<Workload>;
  /** Reads and writes until nothing comes between the two, as Keelson does. */
  readonly write: (
    path: Pick<WritePath, 'write'>,
    key: WorkloadKey | Workload,
    changes: readonly ImageChange[],
    options?: WriteOptions,
  ) => Promise<{ readonly before: Workload; readonly result: WriteResult }>;
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
    let before: string | undefined;
    return vi.waitUntil(
      async () => {
        const { workload } = await read(key);
        const caughtUp = workload.status.observedGeneration === workload.generation;
        const done = caughtUp && workload.resourceVersion === before;
        before = workload.resourceVersion;
        return done && workload;
      },
      { ...soon, interval: 100 },
    );
  }

  async function givenIn(namespace: string, kind: WorkloadKind, what: Given = {}, name = 'web'): Promise<Workload> {
    await harness().create(namespace, makers[kind](name, { replicas: 0, ...what }));
    return settled({ namespace, kind, name });
  }

  return {
    read,
    settled,
    givenIn,
    async given(kind, what = {}) {
      return givenIn(await harness().namespace(), kind, what);
    },
    write: (path, key, changes, options) =>
      vi.waitUntil(async () => {
        const before = (await read(key)).workload;
        try {
          return { before, result: await path.write(before, changes, options) };
        } catch (error) {
          if (error instanceof ConflictError) return undefined;
          throw error;
        }
      }, soon),
  };
}

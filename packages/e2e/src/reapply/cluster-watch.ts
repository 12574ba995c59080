import type { ApiClient } from '@keelson/simulator';
import { z } from 'zod';
import type { Kind } from './cells.ts';
import { kinds } from './cells.ts';
import { collectionOf } from './manifest.ts';

const metadata = z.looseObject({
  name: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
  deletionTimestamp: z.string().optional(),
});
const workload = z.looseObject({ metadata, spec: z.looseObject({}) });
const pod = z.looseObject({
  metadata,
  spec: z.looseObject({}),
  status: z.looseObject({
    phase: z.string().optional(),
    containerStatuses: z.array(z.looseObject({ imageID: z.string(), ready: z.boolean() })).default([]),
  }),
});

export type WorkloadObject = z.output<typeof workload>;

/** One pod: the digest that it runs ('' before it runs any). */
export interface PodSeen {
  readonly object: z.output<typeof pod>;
  readonly digest: string;
  readonly ready: boolean;
  readonly phase: string;
  readonly deleting: boolean;
}

/** What the cluster has of each workload of a namespace, by its name, which is the label `app` of its pods. */
export interface ClusterWatch {
  object(name: string): WorkloadObject | undefined;
  /** In the order in which they came. */
  pods(name: string): readonly PodSeen[];
  /** Every digest that a pod of it was ever seen to run. */
  ran(name: string): ReadonlySet<string>;
  /** Resolves at the next change of the workload or its pods. */
  changed(name: string, ms: number): Promise<void>;
  /** Whoever waits for a change of this workload looks again. */
  wake(name: string): void;
  stop(): void;
}

export function watchCluster(client: ApiClient, namespace: string, onTrouble: (error: unknown) => void): ClusterWatch {
  const objects = new Map<string, WorkloadObject>();
  const pods = new Map<string, Map<string, PodSeen>>();
  const ran = new Map<string, Set<string>>();
  const waiting = new Map<string, Set<() => void>>();
  let stopped = false;

  const wake = (name: string) => {
    for (const resume of waiting.get(name) ?? []) resume();
  };

  function onWorkload(type: string, given: unknown): void {
    const object = workload.parse(given);
    const { name } = object.metadata;
    if (type === 'DELETED') objects.delete(name);
    else objects.set(name, object);
    wake(name);
  }

  function onPod(type: string, given: unknown): void {
    const object = pod.parse(given);
    const app = object.metadata.labels['app'] ?? '';
    const own = pods.get(app) ?? new Map<string, PodSeen>();
    pods.set(app, own);
    const [container] = object.status.containerStatuses;
    const digest = container?.imageID.split('@')[1] ?? '';
    const seen = ran.get(app) ?? new Set();
    if (digest !== '') ran.set(app, seen.add(digest));
    if (type === 'DELETED') own.delete(object.metadata.name);
    else {
      own.set(object.metadata.name, {
        object,
        digest,
        ready: container?.ready ?? false,
        phase: object.status.phase ?? '',
        deleting: object.metadata.deletionTimestamp !== undefined,
      });
    }
    wake(app);
  }

  async function follow(path: string, on: (type: string, object: unknown) => void): Promise<void> {
    try {
      for await (const { type, object } of client.watch(path)) {
        if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') on(type, object);
      }
      if (!stopped) onTrouble(new Error(`The watch of ${path} ended.`));
    } catch (error) {
      if (!stopped) onTrouble(error);
    }
  }

  for (const kind of kinds satisfies readonly Kind[]) void follow(collectionOf(kind, namespace), onWorkload);
  void follow(`/api/v1/namespaces/${namespace}/pods`, onPod);

  return {
    object: (name) => objects.get(name),
    pods: (name) => [...(pods.get(name)?.values() ?? [])],
    ran: (name) => ran.get(name) ?? new Set(),
    changed(name, ms) {
      const own = waiting.get(name) ?? new Set();
      waiting.set(name, own);
      return new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          own.delete(end);
          resolve();
        };
        const timer = setTimeout(end, ms);
        own.add(end);
      });
    },
    wake,
    stop: () => {
      stopped = true;
    },
  };
}

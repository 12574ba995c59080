import type { QuarantineEntry, Rollout } from '@keelson/history';
import { isUnderWay } from '@keelson/history';
import { z } from 'zod';
import type { TestNamespace } from '../test-namespace.ts';
import type { Name } from './steps.ts';
import { names } from './steps.ts';

const pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ labels: z.object({ app: z.string() }), deletionTimestamp: z.string().optional() }),
      status: z.object({
        containerStatuses: z.array(z.object({ imageID: z.string(), ready: z.boolean() })).default([]),
      }),
    }),
  ),
});

/** One pod: the digest that it runs ('' before it runs any), and whether it is ready. */
export interface Seen {
  readonly digest: string;
  readonly ready: boolean;
}

/** Records a few times a second: what pods run, and what Keelson says of its rollouts, which outlives Redis here. */
export interface Witness {
  /** By id, as last seen. */
  readonly rollouts: ReadonlyMap<string, Rollout>;
  /** Every entry that there ever was: a digest that was released may fail again. */
  readonly quarantine: ReadonlyMap<Name, ReadonlyMap<string, QuarantineEntry>>;
  /** Every digest that a pod of this workload was ever seen to run. */
  readonly ran: ReadonlyMap<Name, ReadonlySet<string>>;
  /** What it recorded that must never be. */
  readonly objections: readonly string[];
  pods(name: Name): Promise<readonly Seen[]>;
  record(): Promise<void>;
  stop(): Promise<void>;
}

const everyMs = 250;

export function startWitness(ns: TestNamespace): Witness {
  const rollouts = new Map<string, Rollout>();
  const quarantine = new Map(names.map((name) => [name, new Map<string, QuarantineEntry>()]));
  const ran = new Map(names.map((name) => [name, new Set<string>()]));
  const objections: string[] = [];
  const path = `/api/v1/namespaces/${ns.name}/pods`;

  const listed = async () => pods.parse(await ns.env.kube.request({ path })).items;

  function seenIn(items: Awaited<ReturnType<typeof listed>>, name: Name): readonly Seen[] {
    const found = items
      .filter(({ metadata }) => metadata.labels.app === name && metadata.deletionTimestamp === undefined)
      .map(
        ({
          status: {
            containerStatuses: [app],
          },
        }) => ({
          digest: app?.imageID.split('@')[1] ?? '',
          ready: app?.ready ?? false,
        }),
      );
    for (const { digest } of found) if (digest !== '') ran.get(name)?.add(digest);
    return found;
  }

  let lastEvent: string | undefined;

  /** Each step of a rollout is an event: without one there is nothing new in Redis. */
  async function record(): Promise<void> {
    const [items, event] = await Promise.all([listed(), ns.history.lastEventId()]);
    for (const name of names) seenIn(items, name);
    if (event === lastEvent) return;
    for (const name of names) {
      const newest = await ns.rollouts(name);
      for (const rollout of newest) rollouts.set(rollout.id, rollout);
      const open = newest.filter(({ state }) => isUnderWay(state));
      if (open.length > 1)
        objections.push(`${name} has ${open.length} rollouts under way: ${open.map(({ id }) => id).join(', ')}`);
      for (const entry of (await ns.history.workload(ns.id(name)))?.quarantine ?? []) {
        quarantine.get(name)?.set(`${entry.digest} ${entry.rollout}`, entry);
      }
    }
    lastEvent = event;
  }

  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let recording = Promise.resolve();
  const again = () => {
    recording = record()
      .catch((error: unknown) => {
        // Redis, emptied in the middle of a page, may say anything once.
        if (!stopped) objections.push(`the witness could not record: ${String(error)}`);
      })
      .finally(() => {
        if (!stopped) timer = setTimeout(again, everyMs);
      });
  };
  again();

  return {
    rollouts,
    quarantine,
    ran,
    objections,
    pods: async (name) => seenIn(await listed(), name),
    record,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await recording;
    },
  };
}

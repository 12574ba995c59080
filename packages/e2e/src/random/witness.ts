import type { Hold, QuarantineEntry, Rollout } from '@keelson/history';
import { isUnderWay } from '@keelson/history';
import { ApiClient } from '@keelson/simulator';
import { watchCluster } from '../reapply/cluster-watch.ts';
import type { TestNamespace } from '../test-namespace.ts';
import type { Name } from './steps.ts';
import { names } from './steps.ts';

/** One pod: the digest that it runs ('' before it runs any), and whether it is ready. */
export interface Seen {
  readonly digest: string;
  readonly ready: boolean;
}

/** Records what pods run, and what Keelson says of its rollouts, which outlives Redis here. */
export interface Witness {
  /** By id, as last seen. */
  readonly rollouts: ReadonlyMap<string, Rollout>;
  /** Every entry that there ever was: a digest that was released may fail again. */
  readonly quarantine: ReadonlyMap<Name, ReadonlyMap<string, QuarantineEntry>>;
  /** Every hold that there ever was, by its code. */
  readonly holds: ReadonlyMap<Name, ReadonlyMap<string, Hold>>;
  /** Every digest that a pod of this workload was ever seen to run. */
  ran(name: Name): ReadonlySet<string>;
  /** What it recorded that must never be. */
  readonly objections: readonly string[];
  pods(name: Name): readonly Seen[];
  record(): Promise<void>;
  stop(): Promise<void>;
}

const everyMs = 250;

export function startWitness(ns: TestNamespace): Witness {
  const rollouts = new Map<string, Rollout>();
  const quarantine = new Map(names.map((name) => [name, new Map<string, QuarantineEntry>()]));
  const holds = new Map(names.map((name) => [name, new Map<string, Hold>()]));
  const objections: string[] = [];
  const client = new ApiClient(ns.env.access);
  const cluster = watchCluster(client, ns.name, (error) =>
    objections.push(`the witness had trouble: ${String(error)}`),
  );

  let lastEvent: string | undefined;

  /** Each step of a rollout is an event: without one there is nothing new in Redis. */
  async function record(): Promise<void> {
    const event = await ns.history.lastEventId();
    if (event === lastEvent) return;
    for (const name of names) {
      const newest = await ns.rollouts(name);
      for (const rollout of newest) rollouts.set(rollout.id, rollout);
      const open = newest.filter(({ state }) => isUnderWay(state));
      if (open.length > 1)
        objections.push(`${name} has ${open.length} rollouts under way: ${open.map(({ id }) => id).join(', ')}`);
      const state = await ns.history.workload(ns.id(name));
      for (const entry of state?.quarantine ?? []) quarantine.get(name)?.set(`${entry.digest} ${entry.rollout}`, entry);
      if (state?.hold) holds.get(name)?.set(state.hold.code, state.hold);
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
    holds,
    ran: (name) => cluster.ran(name),
    objections,
    pods: (name) => cluster.pods(name).filter(({ deleting }) => !deleting),
    record,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await recording;
      cluster.stop();
      await client.close();
    },
  };
}

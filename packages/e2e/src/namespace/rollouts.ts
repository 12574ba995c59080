import { setTimeout as sleep } from 'node:timers/promises';
import type { History, Rollout } from '@keelson/history';
import type { Producer } from '@keelson/queue';
import { registryPoll } from '@keelson/queue';
import { waitUntil } from '../wait-until.ts';

/** While an event is waited for, how long until it is probed again anyway: a check is no event. */
const checkMs = 250;
/** The same for rollouts, each of whose steps is an event. */
const rolloutMs = 1_000;

/** Who has a check made. */
export type CheckTrigger = 'manual' | 'webhook';

function textOf({ kind, changes, state, written, transitions }: Rollout): string {
  const to = changes.map((change) => change.to.digest).join(', ');
  const codes = transitions.map(({ code }) => code).join(', ');
  return `${kind} to ${to} ${state} by ${written?.path} (${codes}): ${transitions.at(-1)?.message}`;
}

/** Checks and rollouts, as the history of Redis has them. By a Deployment's name; those with `ById` take a workload's id. */
export function rolloutsIn(history: History, producer: Producer, namespace: string) {
  const id = (name: string) => `${namespace}/deployment/${name}`;

  /** Probes after every event of the history. */
  const inHistory = async <T>(
    what: string,
    probe: () => Promise<T | undefined | false>,
    blockMs = checkMs,
  ): Promise<T> => {
    let after = await history.lastEventId();
    const next = async () => {
      try {
        const [event] = await history.events(after, { blockMs, limit: 1 });
        if (event) after = await history.lastEventId();
      } catch {
        // Redis may be away, or have lost its events.
        await sleep(blockMs);
      }
    };
    return waitUntil(what, probe, { next });
  };

  const isTo = ({ changes }: Rollout, digest: string) => changes.some(({ to }) => to.digest === digest);

  const rollouts = {
    id,
    inHistory,

    /** Requests a check, as a webhook or a person does. */
    check: (name: string, trigger: CheckTrigger = 'manual') => rollouts.checkById(id(name), trigger),

    checkById: (workload: string, trigger: CheckTrigger = 'manual') =>
      producer.add(registryPoll, { workload, trigger, notBefore: Date.now() }),

    /** Each workload has been checked. */
    checked: (...names: readonly string[]) =>
      inHistory(`${names.join(', ')} checked`, async () => {
        const states = await Promise.all(names.map((name) => history.workload(id(name))));
        return states.every((state) => state?.check !== undefined);
      }),

    /** Has a workload checked once more, and waits until it was. */
    checkedAgain: (name: string) => rollouts.checkedAgainById(id(name)),

    checkedAgainById: async (workload: string): Promise<void> => {
      const from = Date.now();
      await rollouts.checkById(workload);
      await inHistory(`${workload} checked again`, async () => {
        const check = (await history.workload(workload))?.check;
        return check !== undefined && check.at >= from;
      });
    },

    /** Newest first. */
    rollouts: async (name: string): Promise<readonly Rollout[]> =>
      (await history.rollouts({ workload: id(name) })).items,

    /** The workload's newest rollout is to this digest and in this state. */
    rolledOut: (name: string, digest: string, state: Rollout['state'] = 'succeeded') =>
      inHistory(
        `${name} ${state} with ${digest}`,
        async () => {
          const [newest] = await rollouts.rollouts(name);
          return newest?.state === state && isTo(newest, digest) && newest;
        },
        rolloutMs,
      ),

    /** A rollout of this kind to this digest has reached this state. */
    reached: (name: string, state: Rollout['state'], digest: string, kind: Rollout['kind'] = 'update') =>
      rollouts.reachedById(id(name), state, digest, kind),

    reachedById: (workload: string, state: Rollout['state'], digest: string, kind: Rollout['kind'] = 'update') =>
      inHistory(
        `${kind} of ${workload} to ${digest} ${state}`,
        async () => {
          const { items } = await history.rollouts({ workload });
          const found = items.find((each) => each.kind === kind && isTo(each, digest));
          if (found?.state === state) return found;
          // The cause of the failure, once time is over.
          throw new Error(`Newest first: ${items.map(textOf).join('; ')}`);
        },
        rolloutMs,
      ),

    /** A push failed and was rolled back: the workload's two newest rollouts, both ended. */
    rolledBack: (name: string, bad: string, good: string) =>
      inHistory(
        `${name} rolled back from ${bad} to ${good}`,
        async () => {
          const [rollback, failed] = await rollouts.rollouts(name);
          if (rollback?.kind !== 'rollback' || rollback.state !== 'succeeded' || failed?.state !== 'failed')
            return false;
          const isOf = ({ changes }: Rollout, digest: string) => changes.every(({ to }) => to.digest === digest);
          return isOf(rollback, good) && isOf(failed, bad) && { failed, rollback };
        },
        rolloutMs,
      ),

    /** The digests that are quarantined for a workload, newest first. */
    quarantined: async (name: string): Promise<readonly string[]> =>
      (await history.workload(id(name)))?.quarantine.map(({ digest }) => digest) ?? [],
  };
  return rollouts;
}

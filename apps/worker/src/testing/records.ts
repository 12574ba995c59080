import { workloadIdOf } from '@keelson/core';
import type { Rollout } from '@keelson/history';
import type { Digest } from '@keelson/image';
import type { Workload } from '@keelson/kube';
import { readIntent } from '@keelson/policy';
import type { Deps } from '../deps.ts';
import { restoreState } from '../reconcile/restore-state.ts';
import { workloadRecord } from '../reconcile/workload-record.ts';

interface RecordsOptions {
  readonly namespace: string;
  readonly deps: Pick<Deps, 'history' | 'writes'>;
  readonly workload: (name: string) => Workload;
  readonly repository: () => string;
}

/** What history knows of the Deployments of a namespace. */
export function openRecords({ namespace, deps: { history, writes }, workload, repository }: RecordsOptions) {
  const key = (name: string) => ({ namespace, kind: 'Deployment', name }) as const;
  const id = (name: string) => workloadIdOf(key(name));

  /** The rollouts of a workload, the newest first. */
  const rollouts = async (name: string) => (await history.rollouts({ workload: id(name) })).items;

  return {
    key,
    id,

    /** Records workloads as the reconciler does; a check does nothing for others. */
    async record(...names: readonly string[]): Promise<void> {
      for (const name of names) {
        const found = workload(name);
        if (!(await history.workload(id(name)))) await restoreState(history, found);
        await history.putWorkload(await workloadRecord(found, readIntent(found), writes));
      }
    },

    async state(name: string) {
      const state = await history.workload(id(name));
      if (!state) throw new Error(`${name} is not known`);
      return state;
    },

    rollouts,

    /** The newest rollout of a workload. */
    newest: async (name: string) => (await rollouts(name))[0],

    /** `code state` of each rollout of a workload, the newest first. */
    codes: async (name: string) => (await rollouts(name)).map(({ code, state }) => `${code} ${state}`),

    async rollout(rolloutId: string): Promise<Rollout> {
      const rollout = await history.rollout(rolloutId);
      if (!rollout) throw new Error(`no rollout ${rolloutId}`);
      return rollout;
    },

    /** Begins a rollout of this digest to these containers; nothing is written yet. Returns its id. */
    async begin(name: string, digest: Digest, containers: readonly string[] = ['app']): Promise<string> {
      const to = { tag: 'latest', digest };
      const begun = await history.begin({
        workload: id(name),
        changes: containers.map((container) => ({ container, image: repository(), from: {}, to })),
        trigger: 'manual',
        code: 'new-digest',
        message: 'A push.',
      });
      return 'rollout' in begun ? (begun.rollout?.id ?? 'none') : begun.outcome;
    },
  };
}

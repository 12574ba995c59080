import type { ClusterName } from '../test-env.ts';

/** What re-applies a workload's manifest. The last one does it each second from its moment on; the others once. */
export const appliers = ['client-side apply', 'server-side apply', 'replace', 'helm upgrade', 'controller'] as const;
export type Applier = (typeof appliers)[number];

export const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'] as const;
export type Kind = (typeof kinds)[number];

/**
 * When, of a push. `before-pods`: Keelson has just written it. `during`: the first pod of it is there. `soak`: all pods are ready. `failure`: it
 * has just failed. `rollback`: the digest before it has just been written. `after`: everything has ended.
 */
export type Moment = 'before-pods' | 'during' | 'soak' | 'failure' | 'rollback' | 'after';

/** One story of the matrix. */
export interface Cell {
  readonly applier: Applier;
  readonly kind: Kind;
  readonly push: 'good' | 'bad';
  readonly moment: Moment;
  /** Whether the manifest that is re-applied says another variable; another label it always says. */
  readonly env: boolean;
}

const momentsOf = {
  good: ['before-pods', 'during', 'soak', 'after'],
  bad: ['before-pods', 'during', 'soak', 'failure', 'rollback', 'after'],
} as const satisfies Record<Cell['push'], readonly Moment[]>;

/** All of them: every applier at every moment of every push to every kind. */
function allCells(): readonly Cell[] {
  return kinds
    .flatMap((kind) =>
      (['good', 'bad'] as const).flatMap((push) =>
        momentsOf[push]
          // A run of a CronJob has an end, and no soak.
          .filter((moment) => kind !== 'CronJob' || moment !== 'soak')
          .flatMap((moment) => appliers.map((applier) => ({ applier, kind, push, moment }))),
      ),
    )
    .map((cell, index) => ({ ...cell, env: index % 2 === 0 }));
}

/** How many of all stories are run, one in so many. */
export interface Share {
  readonly each: number;
  readonly from: number;
}

export const whole: Share = { each: 1, from: 0 };

/** A seventh, and another one with the admission policy; on real API servers a cross-section, in which each applier, kind, push and moment is. */
export const shares = {
  simulated: { each: 7, from: 0 },
  real: { each: 17, from: 0 },
  plain: { each: 17, from: 9 },
} as const satisfies Record<ClusterName, Share>;

export function cellsOf({ each, from }: Share): readonly Cell[] {
  return allCells().filter((_, index) => index % each === from);
}

export function titleOf({ kind, push, applier, moment, env }: Cell): string {
  return `${kind}, ${push} push, ${applier} ${moment}${env ? ' with another variable' : ''}`;
}

import { namespaceOf } from '@keelson/core';
import type { History, HistoryEvent, Stop, WorkloadState } from '@keelson/history';
import { isHistoryError } from '@keelson/history';
import type { Access } from '../auth/access.ts';
import { canSee } from '../auth/access.ts';
import { ApiProblem } from '../problems/api-problem.ts';

/** All that routes have of the history. */
export type VisibleHistory = Pick<
  History,
  | 'begin'
  | 'followersOf'
  | 'hold'
  | 'release'
  | 'resume'
  | 'resumeStop'
  | 'rollout'
  | 'rollouts'
  | 'rolloutsById'
  | 'stopFor'
  | 'stops'
  | 'workload'
  | 'workloadIds'
  | 'workloadPage'
>;

/** What a stop says to who may not know of all namespaces: its message counts over them. */
const stopMessage = 'All new rollouts are stopped, until a user who may act in all namespaces resumes them.';

/** The code of a check that met the stop of all rollouts, whose message it has. */
const stoppedCode = 'stopped';

/**
 * The history as the sender of a request may see and change it: routes have no other, so that none can forget to restrict it (law 17). What belongs to another
 * namespace does not exist in it. Pages are read from the namespaces that may be shown, and from no others.
 */
export function visibleHistory(history: History, access: Access): VisibleHistory {
  if (access.namespaces === undefined) return history;
  const all = [...access.namespaces];
  const isVisible = (id: string): boolean => canSee(access, namespaceOf(id));
  const among = (wanted: readonly string[] | undefined) => wanted?.filter((one) => canSee(access, one)) ?? all;
  /** Routes find a workload before they change it, so this is only reached where one does not. */
  const only = <Result>(id: string, act: () => Promise<Result>): Promise<Result> =>
    isVisible(id) ? act() : Promise.reject(forbidden(access));

  return {
    begin: (rollout) => only(rollout.workload, () => history.begin(rollout)),
    hold: (id, wanted) => only(id, () => history.hold(id, wanted)),
    release: (id, digest) => only(id, () => history.release(id, digest)),
    resume: (id) => only(id, () => history.resume(id)),
    async stops() {
      const stops = await history.stops();
      return stops.filter(({ namespace }) => namespace === undefined || canSee(access, namespace)).map(cutStop);
    },
    async stopFor(id) {
      const stop = isVisible(id) ? await history.stopFor(id) : undefined;
      return stop && cutStop(stop);
    },
    resumeStop: (namespace) =>
      namespace !== undefined && canSee(access, namespace)
        ? history.resumeStop(namespace)
        : Promise.reject(forbidden(access)),
    workloadIds: async () => (await history.workloadIds()).filter(isVisible),
    async followersOf(paths) {
      const found = await history.followersOf(paths);
      return found.map((followers) => followers.filter(({ workload }) => isVisible(workload)));
    },
    async rollout(id) {
      const rollout = await history.rollout(id).catch(hideCorrupt);
      return rollout && isVisible(rollout.workload) ? rollout : undefined;
    },
    rollouts: ({ namespaces, ...query }) => history.rollouts({ ...query, namespaces: among(namespaces) }),
    async rolloutsById(ids) {
      const found = await history.rolloutsById(ids);
      return new Map([...found].filter(([, { workload }]) => isVisible(workload)));
    },
    workload: async (id) => (isVisible(id) ? cutState(await history.workload(id)) : undefined),
    async workloadPage({ namespaces, ...query }) {
      const page = await history.workloadPage({ ...query, namespaces: among(namespaces) });
      return { ...page, items: page.items.flatMap((state) => cutState(state) ?? []) };
    },
  };
}

/** The event as the sender may see it; undefined where it may not. */
export function visibleEvent(event: HistoryEvent, access: Access): HistoryEvent | undefined {
  if (access.namespaces === undefined) return event;
  const { id, at, type, workload, namespace = namespaceOf(workload), name } = event;
  if (workload === '' && type === 'cluster') return { id, at, type, workload, name };
  if (!canSee(access, namespace)) return undefined;
  return type === 'check' && name === stoppedCode ? { ...event, message: stopMessage } : event;
}

/** The stop of one namespace says nothing about others. */
function cutStop(stop: Stop): Stop {
  return stop.namespace === undefined ? { message: stopMessage, at: stop.at } : stop;
}

function cutState(state: WorkloadState | undefined): WorkloadState | undefined {
  if (state?.check?.code !== stoppedCode) return state;
  return { ...state, check: { ...state.check, message: stopMessage } };
}

/** Whose a rollout is that cannot be read is not known. */
function hideCorrupt(error: unknown): undefined {
  if (isHistoryError(error) && error.code === 'corrupt') return undefined;
  throw error;
}

function forbidden({ name }: Access): ApiProblem {
  return new ApiProblem('forbidden', `The token ${name} is bound to namespaces: this needs one for all of them.`);
}

import type { Digest } from '@keelson/image';
import type { ClusterView, Pod, Workload } from '@keelson/kube';
import { isStuck } from '../is-stuck.ts';
import { currentPods } from '../running/current-pods.ts';
import { reportedBy } from '../running/reported-by.ts';

/**
 * The digests that healthy pods report for a container now, and none while a pod of the newest revision fails. A CronJob has no pods that stay: there it
 * is the newest run that ended, if it ended well.
 */
export function digestsThatWork(
  view: Pick<ClusterView, 'podsOfNewestRevision' | 'jobs' | 'podsOfJob'>,
  workload: Workload,
  container: string,
): readonly Digest[] {
  const pods = workload.kind === 'CronJob' ? podsOfLastRun(view, workload) : readyPods(view, workload);
  return reportedBy(pods, container).map(({ digest }) => digest);
}

function readyPods(view: Pick<ClusterView, 'podsOfNewestRevision'>, workload: Workload): readonly Pod[] {
  const pods = currentPods(view.podsOfNewestRevision(workload));
  if (pods.some(({ containers }) => containers.some(isStuck))) return [];
  return pods.filter(({ ready }) => ready);
}

function podsOfLastRun(view: Pick<ClusterView, 'jobs' | 'podsOfJob'>, workload: Workload): readonly Pod[] {
  const is = (wanted: string) => (condition: { readonly type: string; readonly status: string }) =>
    condition.type === wanted && condition.status === 'True';
  const last = view
    .jobs(workload)
    .findLast(({ conditions }) => conditions.some(is('Complete')) || conditions.some(is('Failed')));
  if (!last?.conditions.some(is('Complete'))) return [];
  return view.podsOfJob(last).filter(({ phase }) => phase === 'Succeeded');
}

import type { Pod } from '@keelson/kube';

/**
 * The pods that are there to run. A ReplicaSet keeps its pods that were evicted or ended with their node for weeks, and is used again whenever its template
 * comes back: such pods run nothing, whatever image they name.
 */
export function currentPods<T extends Pick<Pod, 'deleting' | 'phase'>>(pods: readonly T[]): readonly T[] {
  return pods.filter(({ deleting, phase }) => !deleting && phase !== 'Failed' && phase !== 'Succeeded');
}

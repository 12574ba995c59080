import { bounds } from '@keelson/core';
import { KubeError } from '../http/kube-error.ts';
import type { KubeHttp } from '../http/request.ts';
import { listPath } from '../objects/kinds.ts';
import type { Pod } from '../types.ts';

interface LogRequest {
  readonly pod: Pod;
  readonly container: string;
  readonly lines: number;
  readonly signal: AbortSignal | undefined;
}

/** The last lines of a container's previous run where there is one, else of the current run. '' when the kubelet has no log. */
export async function readLog(http: KubeHttp, { pod, container, lines, signal }: LogRequest): Promise<string> {
  const path = `${listPath('v1', 'pods', pod.namespace)}/${encodeURIComponent(pod.name)}/log`;
  const read = async (previous: boolean): Promise<string | undefined> => {
    try {
      return await http.text({
        path,
        query: { container, tailLines: lines, limitBytes: bounds.logBytes, ...(previous ? { previous } : {}) },
        deadlineMs: 10_000,
        signal,
      });
    } catch (error) {
      // 400: there is no such run, or the container has not started. 404: the pod is gone.
      if (error instanceof KubeError && (error.status === 400 || error.status === 404)) return undefined;
      throw error;
    }
  };
  const ended = pod.containers.some(({ name, lastTerminated }) => name === container && lastTerminated !== undefined);
  return (ended ? await read(true) : undefined) ?? (await read(false)) ?? '';
}

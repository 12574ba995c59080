import type { ApiClient } from '@keelson/simulator';
import type { Pod, PodStatus } from '@keelson/simulator/kubelet';

const merge = 'application/merge-patch+json';
const gone = new Set([404, 409]);

/** What the tools' kubelet or the API server itself has said already, and may not be said otherwise. */
function ours({ hostIP: _h, hostIPs: _hs, podIP: _p, podIPs: _ps, qosClass: _q, ...status }: PodStatus): PodStatus {
  return status;
}

/** Writes the status of one pod, one write at a time; what changes during a write is in the next one. */
export class StatusWriter {
  readonly #api: ApiClient;
  readonly #gone: () => void;
  #pod: Pod;
  #status: PodStatus | undefined;
  #next: ((live: Pod) => PodStatus) | undefined;
  #writing: Promise<void> | undefined;

  /** @param gone - called when there is no such pod any more */
  constructor(api: ApiClient, pod: Pod, gone: () => void) {
    this.#api = api;
    this.#pod = pod;
    this.#gone = gone;
  }

  /** @param pod - as it was seen last */
  write(pod: Pod, statusOf: (live: Pod) => PodStatus): void {
    this.#pod = pod;
    this.#next = statusOf;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  /** What is being written, if anything is. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    const { namespace = '', name, uid } = this.#pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/status`;
    for (let statusOf = this.#next; statusOf !== undefined; statusOf = this.#next) {
      this.#next = undefined;
      this.#status = statusOf({ ...this.#pod, ...(this.#status === undefined ? {} : { status: this.#status }) });
      const sent = { metadata: { uid }, status: ours(this.#status) };
      const { status, body } = await this.#api.request('PATCH', path, sent, merge);
      if (status < 300) continue;
      const why = String(body['message']);
      // 422: a StatefulSet has put another pod in its place
      if (gone.has(status) || (status === 422 && why.includes('metadata.uid'))) return this.#gone();
      throw new Error(`The status of pod ${name} was refused (${status}): ${why}`);
    }
  }
}

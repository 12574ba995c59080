import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '@keelson/simulator';
import type { Pod, PodStatus } from '@keelson/simulator/kubelet';

const merge = 'application/merge-patch+json';
const gone = new Set([404, 409]);

/** How long a write waits for what changes next: a container that was created mostly runs by then. Each write costs the cluster several more. */
const batchMs = 20;

/** Without what the API server itself has said already. */
function ours({ qosClass: _q, ...status }: PodStatus): PodStatus {
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
    while (this.#next !== undefined) {
      await sleep(batchMs);
      const statusOf = this.#next;
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

import { createHash } from 'node:crypto';
import type { ApiClient } from '@keelson/simulator';
import type { Pod } from '@keelson/simulator/kubelet';
import { kubelet, timestamp } from '@keelson/simulator/kubelet';

/** Writes the kubelet's Events about pods; one that repeats itself counts up. A namespace that is ending takes none. */
export class PodEvents {
  readonly #api: ApiClient;
  readonly #counts = new Map<string, number>();

  constructor(api: ApiClient) {
    this.#api = api;
  }

  async warn(pod: Pod, reason: string, message: string, fieldPath: string): Promise<void> {
    const { name, namespace = '', uid } = pod.metadata;
    const id = createHash('sha256').update(`${uid}/${fieldPath}/${reason}/${message}`).digest('hex').slice(0, 16);
    const path = `/api/v1/namespaces/${namespace}/events`;
    const at = timestamp(Date.now());
    const count = (this.#counts.get(id) ?? 0) + 1;
    this.#counts.set(id, count);
    if (count > 1) {
      const sent = { count, lastTimestamp: at };
      await this.#api.request('PATCH', `${path}/${name}.${id}`, sent, 'application/merge-patch+json');
      return;
    }
    await this.#api.request('POST', path, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${id}`, namespace },
      type: 'Warning',
      reason,
      message,
      involvedObject: { apiVersion: 'v1', kind: 'Pod', name, namespace, uid, fieldPath },
      source: { component: kubelet, host: pod.spec.nodeName ?? '' },
      firstTimestamp: at,
      lastTimestamp: at,
      count,
    });
  }
}

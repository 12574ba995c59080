import type { ApiClient, ApiReply } from '@keelson/simulator';
import type { Pod } from '@keelson/simulator/kubelet';
import { nodeObject, nodeOf } from '@keelson/simulator/kubelet';

export const hostIP = '10.0.0.1';

/** The pod is gone, or another client was faster. */
const late = new Set([404, 409]);

function check({ status, body }: ApiReply, what: string): void {
  if (status < 300 || late.has(status)) return;
  throw new Error(`${what} was refused (${status}): ${String(body['message'])}`);
}

const pathOf = ({ metadata: { namespace = '', name } }: Pod) => `/api/v1/namespaces/${namespace}/pods/${name}`;

/** The nodes of a real cluster, and its scheduler. */
export class RealNodes {
  readonly #api: ApiClient;
  readonly #names: string[] = [];
  #turn = 0;

  constructor(api: ApiClient) {
    this.#api = api;
  }

  async add(name: string): Promise<void> {
    await this.#api.do('POST', '/api/v1/nodes', nodeObject(name, hostIP, Date.now()));
    // The API server taints each new node as not ready.
    const untainted = { spec: { taints: null } };
    await this.#api.do('PATCH', `/api/v1/nodes/${name}`, untainted, 'application/merge-patch+json');
    this.#names.push(name);
  }

  has(name: string): boolean {
    return this.#names.includes(name);
  }

  /** Gives a pod to the node that its DaemonSet names, else to one node after another. */
  async bind(pod: Pod): Promise<void> {
    const { name, namespace = '', uid } = pod.metadata;
    const node = nodeOf(pod) ?? this.#names[this.#turn++ % this.#names.length] ?? '';
    if (!this.has(node)) return;
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace, uid },
      target: { apiVersion: 'v1', kind: 'Node', name: node },
    };
    check(await this.#api.request('POST', `${pathOf(pod)}/binding`, binding), `The binding of pod ${name}`);
  }

  /** The last word on a pod that is deleted: without it, it terminates for ever. */
  async remove(pod: Pod): Promise<void> {
    const { name, uid } = pod.metadata;
    const options = { gracePeriodSeconds: 0, preconditions: { uid } };
    check(await this.#api.request('DELETE', pathOf(pod), options), `The removal of pod ${name}`);
  }
}

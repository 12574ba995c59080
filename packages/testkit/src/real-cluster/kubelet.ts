import type { ApiClient } from '@keelson/simulator';
import type { ImageSource, KubeletTimes, NodeServices, Pod } from '@keelson/simulator/kubelet';
import { hasEnded, isPod, kinds, PodWorker, parseObject, Timers } from '@keelson/simulator/kubelet';
import { z } from 'zod';
import { hostIP, RealNodes } from './nodes.ts';
import { PodEvents } from './pod-events.ts';
import { StatusWriter } from './status-writer.ts';

interface Worker {
  readonly pod: PodWorker;
  readonly status: StatusWriter;
}

const podList = z.object({ metadata: z.object({ resourceVersion: z.string() }), items: z.array(z.unknown()) });

function asPod(value: unknown): Pod {
  const object = parseObject(kinds.pod, value, false);
  if (!isPod(object)) throw new TypeError('The API server sent something that is not a pod.');
  return object;
}

/** The simulated kubelet on a real cluster: binds each pod to a node, runs it there, and removes it when it is deleted. */
export class RealKubelet {
  readonly #api: ApiClient;
  readonly #images: ImageSource;
  readonly #times: KubeletTimes;
  readonly #nodes: RealNodes;
  readonly #events: PodEvents;
  readonly #timers = new Timers(1);
  readonly #workers = new Map<string, Worker>();
  readonly #requests = new Set<Promise<void>>();
  #podCount = 0;
  #stopped = false;

  constructor(api: ApiClient, images: ImageSource, times: KubeletTimes) {
    this.#api = api;
    this.#images = images;
    this.#times = times;
    this.#nodes = new RealNodes(api);
    this.#events = new PodEvents(api);
  }

  /** Makes the nodes, and runs pods from now on. */
  async start(nodes: number): Promise<void> {
    for (let number = 1; number <= nodes; number += 1) await this.#nodes.add(`node-${number}`);
    this.#follow().catch((error: unknown) => {
      if (!this.#stopped) throw error;
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timers.stop();
    const workers = [...this.#workers.values()];
    // Nothing runs behind these: there is nothing to wait for.
    for (const { pod } of workers) void pod.stop();
    this.#workers.clear();
    await Promise.all([...workers.map(({ status }) => status.settled()), ...this.#requests]);
  }

  /** The API server may end a watch at any time: all pods are then listed again. */
  async #follow(): Promise<void> {
    while (!this.#stopped) {
      const { metadata, items } = podList.parse(await this.#api.do('GET', '/api/v1/pods'));
      for (const item of items) this.#see(asPod(item));
      const from = `resourceVersion=${metadata.resourceVersion}&allowWatchBookmarks=true`;
      for await (const { type, object } of this.#api.watch(`/api/v1/pods?${from}`)) {
        if (type === 'ERROR') break;
        if (type === 'DELETED') this.#end(asPod(object).metadata.uid);
        else if (type !== 'BOOKMARK') this.#see(asPod(object));
      }
    }
  }

  #see(pod: Pod): void {
    if (this.#stopped) return;
    const { uid, deletionTimestamp } = pod.metadata;
    const { nodeName } = pod.spec;
    if (deletionTimestamp) {
      if (this.#end(uid)) this.#track(this.#nodes.remove(pod));
    } else if (nodeName === undefined) this.#track(this.#nodes.bind(pod));
    else if (this.#workers.has(uid)) this.#workers.get(uid)?.pod.update(pod);
    else if (this.#nodes.has(nodeName)) this.#begin(pod);
  }

  #begin(pod: Pod): void {
    const { uid } = pod.metadata;
    this.#podCount += 1;
    const podIP = `10.244.${(this.#podCount >> 8) & 255}.${this.#podCount & 255}`;
    const status = new StatusWriter(this.#api, pod, () => this.#end(uid));
    const worker = { status, pod: new PodWorker(this.#services(status), { podIP, hostIP }, pod) };
    this.#workers.set(uid, worker);
    if (!hasEnded(pod)) worker.pod.start();
  }

  /** @returns whether the pod was run here until now */
  #end(uid: string): boolean {
    void this.#workers.get(uid)?.pod.stop();
    return this.#workers.delete(uid);
  }

  #services(status: StatusWriter): NodeServices {
    return {
      images: this.#images,
      times: this.#times,
      now: () => Date.now(),
      after: (ms, action) => this.#timers.after(ms, action),
      writeStatus: (pod, statusOf) => status.write(pod, statusOf),
      warn: (pod, reason, message, fieldPath) => this.#track(this.#events.warn(pod, reason, message, fieldPath)),
    };
  }

  /** Requests that have begun end before the cluster stops. */
  #track(request: Promise<void>): void {
    const tracked = request.finally(() => this.#requests.delete(tracked));
    this.#requests.add(tracked);
  }
}

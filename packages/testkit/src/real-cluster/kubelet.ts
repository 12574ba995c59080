import type { ApiClient } from '@keelson/simulator';
import type { ImageSource, KubeletTimes, NodeServices, Pod } from '@keelson/simulator/kubelet';
import { isPod, kinds, PodWorker, parseObject, Timers } from '@keelson/simulator/kubelet';
import { PodEvents } from './pod-events.ts';
import { StatusWriter } from './status-writer.ts';
import type { KubeletAnswer } from './tools.ts';

interface Worker {
  readonly pod: PodWorker;
  readonly status: StatusWriter;
  /** The containers that the tools' kubelet has reported. */
  readonly reported: Set<string>;
}

interface ReportedContainer {
  readonly name: string;
  readonly image: string;
}

/** The tools' kubelet writes the IP addresses of pods; ours leaves them as they are. */
const noAddresses = { podIP: '', hostIP: '' };

function asPod(value: unknown): Pod {
  const object = parseObject(kinds.pod, value, false);
  if (!isPod(object)) throw new TypeError("The tools' kubelet reported something that is not a pod.");
  return object;
}

/**
 * The simulated kubelet on a real cluster. The tools' kubelet keeps nodes, binds pods and removes them. It gets the answer `pending`
 * for every container, so that it writes no status: the pod's status is written here.
 */
export class RealKubelet {
  readonly #api: ApiClient;
  readonly #images: ImageSource;
  readonly #times: KubeletTimes;
  readonly #events: PodEvents;
  readonly #timers = new Timers(1);
  readonly #workers = new Map<string, Worker>();
  readonly #pendingEvents = new Set<Promise<void>>();
  #stopped = false;

  constructor(api: ApiClient, images: ImageSource, times: KubeletTimes) {
    this.#api = api;
    this.#images = images;
    this.#times = times;
    this.#events = new PodEvents(api);
  }

  /** The tools call this for each container of a new pod, for one whose image changed, and for all of them at a retry. */
  async decide({ name, image }: ReportedContainer, value: unknown): Promise<KubeletAnswer> {
    const pod = asPod(value);
    const worker = this.#workers.get(pod.metadata.uid) ?? this.#begin(pod);
    if (worker.reported.has(name)) worker.pod.retry(pod, { name, image });
    worker.reported.add(name);
    return { state: 'pending' };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timers.stop();
    const workers = [...this.#workers.values()];
    // Nothing runs behind these: there is nothing to wait for.
    for (const { pod } of workers) void pod.stop();
    this.#workers.clear();
    await Promise.all([...workers.map(({ status }) => status.settled()), ...this.#pendingEvents]);
  }

  #begin(pod: Pod): Worker {
    const { uid } = pod.metadata;
    const gone = () => {
      void this.#workers.get(uid)?.pod.stop();
      this.#workers.delete(uid);
    };
    const status = new StatusWriter(this.#api, pod, gone);
    const worker = {
      status,
      pod: new PodWorker(this.#services(status), noAddresses, pod),
      reported: new Set<string>(),
    };
    this.#workers.set(uid, worker);
    if (!this.#stopped) worker.pod.start();
    return worker;
  }

  #services(status: StatusWriter): NodeServices {
    return {
      images: this.#images,
      times: this.#times,
      now: () => Date.now(),
      after: (ms, action) => this.#timers.after(ms, action),
      writeStatus: (pod, statusOf) => status.write(pod, statusOf),
      warn: (pod, reason, message, fieldPath) => {
        const written = this.#events
          .warn(pod, reason, message, fieldPath)
          .finally(() => this.#pendingEvents.delete(written));
        this.#pendingEvents.add(written);
      },
    };
  }
}

import type { ApiClient } from '@keelson/simulator';
import type { ImageSource, KubeletTimes, NodeServices, Pod } from '@keelson/simulator/kubelet';
import { isPod, kinds, PodWorker, parseObject, Timers } from '@keelson/simulator/kubelet';
import { PodEvents } from './pod-events.ts';
import { StatusWriter } from './status-writer.ts';
import type { KubeletAnswer } from './tools.ts';

interface Worker {
  readonly pod: PodWorker;
  readonly status: StatusWriter;
  /** The containers that the tools have asked about. */
  readonly asked: Set<string>;
}

interface Asked {
  readonly name: string;
  readonly image: string;
}

/** The tools' kubelet writes the IP addresses of pods; ours leaves them as they are. */
const NO_ADDRESSES = { podIP: '', hostIP: '' };

function asPod(value: unknown): Pod {
  const object = parseObject(kinds.pod, value, false);
  if (!isPod(object)) throw new TypeError('The tools asked about something that is no pod.');
  return object;
}

/**
 * The simulated cluster's containers on the real one. The tools' kubelet keeps nodes, binds pods and lets them go; asked what
 * becomes of a container it hears `pending`, which makes it write no more, and the status of the pod is ours from there on.
 */
export class RealKubelet {
  readonly #api: ApiClient;
  readonly #images: ImageSource;
  readonly #times: KubeletTimes;
  readonly #events: PodEvents;
  readonly #timers = new Timers(1);
  readonly #workers = new Map<string, Worker>();
  readonly #told = new Set<Promise<void>>();
  #stopped = false;

  constructor(api: ApiClient, images: ImageSource, times: KubeletTimes) {
    this.#api = api;
    this.#images = images;
    this.#times = times;
    this.#events = new PodEvents(api);
  }

  /** The tools ask for each container of a new pod, for one whose image was changed, and for all of them at a retry. */
  async decide({ name, image }: Asked, value: unknown): Promise<KubeletAnswer> {
    const pod = asPod(value);
    const worker = this.#workers.get(pod.metadata.uid) ?? this.#begin(pod);
    if (worker.asked.has(name)) worker.pod.retry(pod, { name, image });
    worker.asked.add(name);
    return { state: 'pending' };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timers.stop();
    const workers = [...this.#workers.values()];
    // Nothing runs behind these: there is nothing to wait for.
    for (const { pod } of workers) void pod.stop();
    this.#workers.clear();
    await Promise.all([...workers.map(({ status }) => status.settled()), ...this.#told]);
  }

  #begin(pod: Pod): Worker {
    const { uid } = pod.metadata;
    const gone = () => {
      void this.#workers.get(uid)?.pod.stop();
      this.#workers.delete(uid);
    };
    const status = new StatusWriter(this.#api, pod, gone);
    const worker = { status, pod: new PodWorker(this.#services(status), NO_ADDRESSES, pod), asked: new Set<string>() };
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
        const told = this.#events.warn(pod, reason, message, fieldPath).finally(() => this.#told.delete(told));
        this.#told.add(told);
      },
    };
  }
}

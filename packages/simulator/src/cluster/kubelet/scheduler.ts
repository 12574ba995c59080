import type { Control } from '../controllers/control.ts';
import { nodeOf } from '../controllers/daemon-set.ts';
import { isSelected, openNodes } from '../controllers/nodes.ts';
import { kinds } from '../kinds/table.ts';
import { keyOf, timestamp } from '../objects/object.ts';
import type { Condition, Pod } from '../objects/pod.ts';
import { isPod } from '../objects/pod.ts';
import type { StoreEvent } from '../store/store.ts';

/** Gives pods to nodes, in turn, where nodeSelector and affinity to one node allow it. */
class Scheduler {
  readonly #control: Control;
  #turn = 0;

  constructor(control: Control) {
    this.#control = control;
  }

  see({ kind, type, object }: StoreEvent): void {
    if (type === 'DELETED') return;
    if (kind === kinds.pod && isPod(object) && type === 'ADDED') this.#soon(object);
    if (kind === kinds.node) for (const pod of this.#control.store.list(kinds.pod).filter(isPod)) this.#soon(pod);
  }

  #soon(pod: Pod): void {
    if (pod.spec.nodeName !== undefined) return;
    setImmediate(() => {
      const live = this.#control.store.get(kinds.pod, keyOf(pod));
      if (isPod(live) && live.spec.nodeName === undefined && !live.metadata.deletionTimestamp) this.#schedule(live);
    });
  }

  #schedule(pod: Pod): void {
    const nodes = openNodes(this.#control);
    const named = nodeOf(pod);
    const fitting = nodes.filter(
      (node) => (named === undefined || node.metadata.name === named) && isSelected(node, pod.spec),
    );
    const node = fitting[this.#turn % Math.max(1, fitting.length)];
    this.#turn += 1;
    const at = timestamp(this.#control.now());
    if (node === undefined) {
      const message = `0/${nodes.length} nodes are available: ${nodes.length} node(s) didn't match Pod's node affinity/selector.`;
      const waiting = {
        type: 'PodScheduled',
        status: 'False',
        lastProbeTime: null,
        lastTransitionTime: at,
        reason: 'Unschedulable',
        message,
      };
      this.#put(pod, {}, waiting);
      return;
    }
    const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: at };
    this.#put(pod, { nodeName: node.metadata.name }, scheduled);
  }

  /** A binding is no update: it raises no generation and has no field manager. */
  #put(pod: Pod, spec: Partial<Pod['spec']>, condition: Condition): void {
    const status = { ...pod.status, conditions: [condition] };
    this.#control.store.put(kinds.pod, { ...pod, spec: { ...pod.spec, ...spec }, status });
  }
}

/** Schedules from now on, as pods and nodes come. */
export function startScheduler(control: Control): void {
  const scheduler = new Scheduler(control);
  control.store.subscribe((event) => scheduler.see(event));
}

import type { KindInfo } from '../kinds/kind.ts';
import { kinds } from '../kinds/table.ts';
import { controllerOf } from '../objects/object.ts';
import type { StoreEvent } from '../store/store.ts';
import type { Control } from './control.ts';
import { reconcileDaemonSet } from './daemon-set.ts';
import { ProgressClock } from './deployment/progress-clock.ts';
import { reconcileDeployment } from './deployment/reconcile.ts';
import { watchOwners } from './garbage-collector.ts';
import { reconcileJob } from './job.ts';
import { furnish, reconcileNamespace } from './namespace.ts';
import { reconcileReplicaSet } from './replica-set.ts';
import { reconcileStatefulSet } from './stateful-set.ts';
import { WorkQueue } from './work-queue.ts';

type Reconcile = (key: string, again: (ms: number) => void) => void;

/** Wakes each controller for what was written: level-triggered, each object once however much happened to it. */
export class ControllerManager {
  readonly #control: Control;
  readonly #queue = new WorkQueue();
  readonly #reconcilers: ReadonlyMap<KindInfo, Reconcile>;
  /** Where the objects are that can own others. */
  readonly #places = new Map<string, { kind: KindInfo; key: string }>();

  /** Cancels the alarm of an object that is to be looked at again later. */
  readonly #alarms = new Map<string, () => void>();

  constructor(control: Control) {
    this.#control = control;
    const progress = new ProgressClock(control.timers);
    this.#reconcilers = new Map<KindInfo, Reconcile>([
      [kinds.deployment, (key, again) => reconcileDeployment(control, progress, key, again)],
      [kinds.replicaSet, (key, again) => reconcileReplicaSet(control, key, again)],
      [kinds.statefulSet, (key, again) => reconcileStatefulSet(control, key, again)],
      [kinds.daemonSet, (key, again) => reconcileDaemonSet(control, key, again)],
      [kinds.job, (key) => reconcileJob(control, key)],
    ]);
    control.store.subscribe((event) => this.#see(event));
  }

  stop(): void {
    this.#queue.stop();
  }

  #see(event: StoreEvent): void {
    const { kind, key, object } = event;
    if (kind === kinds.event) return;
    if (event.type === 'DELETED') this.#places.delete(object.metadata.uid);
    else this.#places.set(object.metadata.uid, { kind, key });
    if (event.type !== 'DELETED') this.#wake(kind, key);
    const owner = this.#places.get(controllerOf(object)?.uid ?? '');
    if (owner !== undefined) this.#wakeOwner(owner, kind);
    if (kind === kinds.node)
      for (const set of this.#control.store.list(kinds.daemonSet)) this.#wakeObject(set.metadata.uid);
    this.#seeNamespace(event);
    watchOwners(
      this.#control,
      event,
      (uid) => this.#places.get(uid),
      (id, work) => this.#queue.add(id, work),
    );
  }

  #seeNamespace({ type, kind, object }: StoreEvent): void {
    const { name, namespace, deletionTimestamp } = object.metadata;
    if (kind === kinds.namespace) {
      if (type === 'ADDED') furnish(this.#control, name);
      else if (type === 'MODIFIED' && deletionTimestamp)
        this.#queue.add(`namespace/${name}`, () => reconcileNamespace(this.#control, name));
      return;
    }
    const home = namespace === undefined ? undefined : this.#control.store.get(kinds.namespace, `/${namespace}`);
    if (namespace !== undefined && home?.metadata.deletionTimestamp) {
      this.#queue.add(`namespace/${namespace}`, () => reconcileNamespace(this.#control, namespace));
    }
  }

  /** A Deployment with Recreate waits for the pods of its ReplicaSets: it is woken for those too. */
  #wakeOwner(owner: { kind: KindInfo; key: string }, of: KindInfo): void {
    this.#wake(owner.kind, owner.key);
    if (of !== kinds.pod || owner.kind !== kinds.replicaSet) return;
    const replicaSet = this.#control.store.get(owner.kind, owner.key);
    if (replicaSet !== undefined) this.#wakeObject(controllerOf(replicaSet)?.uid ?? '');
  }

  #wakeObject(uid: string): void {
    const place = this.#places.get(uid);
    if (place !== undefined) this.#wake(place.kind, place.key);
  }

  #wake(kind: KindInfo, key: string): void {
    const reconcile = this.#reconcilers.get(kind);
    if (reconcile === undefined) return;
    const id = `${kind.plural}/${key}`;
    const again = (ms: number) => {
      this.#alarms.get(id)?.();
      this.#alarms.set(
        id,
        this.#control.timers.after(ms, () => this.#wake(kind, key)),
      );
    };
    this.#queue.add(id, () => {
      // an alarm belongs to the state that set it
      this.#alarms.get(id)?.();
      this.#alarms.delete(id);
      reconcile(key, again);
    });
  }
}

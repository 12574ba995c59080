import type { Writer } from '../api/writer.ts';
import { ApiError } from '../api-error.ts';
import { kinds } from '../kinds/table.ts';
import type { KubeObject } from '../objects/object.ts';
import { keyOf, timestamp } from '../objects/object.ts';

/** Writes core/v1 Events; one that repeats itself counts up. */
export class EventRecorder {
  readonly #writer: Writer;
  readonly #now: () => number;
  readonly #keys = new Map<string, string>();
  #number = 0;

  constructor(writer: Writer, now: () => number) {
    this.#writer = writer;
    this.#now = now;
  }

  record(
    about: KubeObject,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
    component: string,
    fieldPath?: string,
  ): void {
    const at = timestamp(this.#now());
    const { name, namespace = 'default', uid, resourceVersion } = about.metadata;
    const id = `${uid}/${reason}/${message}`;
    const known = this.#keys.get(id);
    const options = { manager: component, managedFields: [] };
    const again =
      known === undefined
        ? undefined
        : this.#writer.change(kinds.event, known, options, (live) => ({
            ...live,
            count: Number(live['count'] ?? 1) + 1,
            lastTimestamp: at,
          }));
    if (again !== undefined) return;
    this.#number += 1;
    const event: KubeObject = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: `${name}.${this.#number.toString(16).padStart(16, '0')}`,
        namespace,
        uid: '',
        resourceVersion: '',
      },
      involvedObject: {
        kind: about.kind,
        namespace,
        name,
        uid,
        apiVersion: about.apiVersion,
        resourceVersion,
        ...(fieldPath === undefined ? {} : { fieldPath }),
      },
      reason,
      message,
      source: { component },
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
      type,
      reportingComponent: component,
    };
    try {
      this.#keys.set(id, keyOf(this.#writer.create(kinds.event, event, options)));
    } catch (error) {
      // a namespace that is terminating accepts no events
      if (!(error instanceof ApiError)) throw error;
    }
  }
}

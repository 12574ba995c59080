import type { Remover } from '../api/remover.ts';
import type { Writer } from '../api/writer.ts';
import type { KindInfo } from '../kinds/kind.ts';
import type { Store } from '../store/store.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { ReadyClock } from './ready-clock.ts';
import type { Timers } from './timers.ts';

/** What every controller works with. */
export interface Control {
  readonly store: Store;
  readonly writer: Writer;
  readonly remover: Remover;
  readonly timers: Timers;
  readonly events: EventRecorder;
  readonly ready: ReadyClock;
  readonly now: () => number;
}

/** The field manager of the controllers, and of the kubelet, as the real ones sign. */
export const controllerManager = 'kube-controller-manager';
export const kubelet = 'kubelet';

/** Writes what a controller has counted. */
export function writeStatus({ writer }: Control, kind: KindInfo, key: string, status: object): void {
  const options = { manager: controllerManager, subresource: 'status' } as const;
  writer.change(kind, key, options, (live) => ({ ...live, status }));
}

import type { Fields } from '../fields.ts';
import { fields, list, optional, strings, text } from '../fields.ts';
import type { Pod } from '../types.ts';
import { readContainerStates } from './container-state.ts';
import { readConditions, readOwned } from './metadata.ts';

/** Whether the pod is ready, and since when. Without a condition the kubelet has not reported yet. */
function readReady(status: Fields): Pick<Pod, 'ready' | 'readyChangedAt'> {
  const condition = list(status.conditions)
    .map(fields)
    .find(({ type }) => type === 'Ready');
  return {
    ready: condition?.status === 'True',
    ...optional('readyChangedAt', text(condition?.lastTransitionTime)),
  };
}

export function readPod(object: unknown): Pod | undefined {
  const identity = readOwned(object);
  if (identity === undefined) return undefined;
  const metadata = fields(fields(object).metadata);
  const status = fields(fields(object).status);
  return {
    ...identity,
    labels: strings(metadata.labels),
    phase: text(status.phase) ?? 'Unknown',
    ...optional('reason', text(status.reason)),
    ...optional('message', status.reason === undefined ? undefined : text(status.message)),
    deleting: metadata.deletionTimestamp !== undefined,
    ...readReady(status),
    createdAt: text(metadata.creationTimestamp) ?? '',
    containers: readContainerStates(fields(fields(object).spec), status),
    conditions: readConditions(status),
  };
}

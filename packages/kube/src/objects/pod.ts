import type { Fields } from '../fields.ts';
import { fields, list, optional, strings, text } from '../fields.ts';
import type { Pod } from '../types.ts';
import { readContainerStates } from './container-state.ts';
import { cut, readConditions, readOwned } from './metadata.ts';

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

/** The labels that say which revision a pod is of. */
function revisionLabels(value: unknown): Readonly<Record<string, string>> {
  const all = strings(value);
  return Object.fromEntries(revisionKeys.flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]]])));
}

const revisionKeys = ['controller-revision-hash', 'pod-template-generation'];

export function readPod(object: unknown): Pod | undefined {
  const identity = readOwned(object);
  if (identity === undefined) return undefined;
  const metadata = fields(fields(object).metadata);
  const status = fields(fields(object).status);
  return {
    ...identity,
    labels: revisionLabels(metadata.labels),
    phase: text(status.phase) ?? 'Unknown',
    ...optional('reason', cut(status.reason)),
    ...optional('message', status.reason === undefined ? undefined : cut(status.message)),
    deleting: metadata.deletionTimestamp !== undefined,
    ...readReady(status),
    createdAt: text(metadata.creationTimestamp) ?? '',
    containers: readContainerStates(fields(fields(object).spec), status),
    conditions: readConditions(status),
  };
}

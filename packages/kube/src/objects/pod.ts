import { fields, flag, list, number, optional, strings, text } from '../fields.ts';
import type { ContainerState, Pod } from '../types.ts';
import { readConditions, readOwned } from './metadata.ts';

function readWaiting(value: unknown): ContainerState['waiting'] {
  if (value === undefined) return undefined;
  const state = fields(value);
  return { ...optional('reason', text(state.reason)), ...optional('message', text(state.message)) };
}

function readTerminated(value: unknown): ContainerState['terminated'] {
  if (value === undefined) return undefined;
  const state = fields(value);
  return {
    ...optional('reason', text(state.reason)),
    ...optional('message', text(state.message)),
    exitCode: number(state.exitCode),
  };
}

function readState(value: unknown, init: boolean): ContainerState {
  const status = fields(value);
  const state = fields(status.state);
  const running =
    state.running === undefined ? undefined : optional('startedAt', text(fields(state.running).startedAt));
  return {
    name: text(status.name) ?? '',
    init,
    image: text(status.image) ?? '',
    imageID: text(status.imageID) ?? '',
    ready: flag(status.ready),
    restarts: number(status.restartCount),
    ...optional('waiting', readWaiting(state.waiting)),
    ...optional('running', running),
    ...optional('terminated', readTerminated(state.terminated)),
    ...optional('lastTerminated', readTerminated(fields(status.lastState).terminated)),
  };
}

export function readPod(object: unknown): Pod | undefined {
  const identity = readOwned(object);
  if (identity === undefined) return undefined;
  const metadata = fields(fields(object).metadata);
  const status = fields(fields(object).status);
  const conditions = readConditions(status);
  return {
    ...identity,
    labels: strings(metadata.labels),
    phase: text(status.phase) ?? 'Unknown',
    ...optional('reason', text(status.reason)),
    deleting: metadata.deletionTimestamp !== undefined,
    ready: conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    createdAt: text(metadata.creationTimestamp) ?? '',
    containers: [
      ...list(status.containerStatuses).map((value) => readState(value, false)),
      ...list(status.initContainerStatuses).map((value) => readState(value, true)),
    ],
    conditions,
  };
}

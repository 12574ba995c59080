import { bounds } from '@keelson/core';
import type { Fields } from '../fields.ts';
import { fields, flag, list, number, optional, text } from '../fields.ts';
import type { Container, ContainerState, Terminated } from '../types.ts';
import { readContainers } from './containers.ts';
import { cut } from './metadata.ts';

function readWaiting(value: unknown): ContainerState['waiting'] {
  if (value === undefined) return undefined;
  const state = fields(value);
  return { ...optional('reason', cut(state.reason)), ...optional('message', cut(state.message)) };
}

function readTerminated(value: unknown): Terminated | undefined {
  if (value === undefined) return undefined;
  const state = fields(value);
  return {
    ...optional('reason', cut(state.reason)),
    ...optional('message', cut(state.message)),
    exitCode: number(state.exitCode),
    ...optional('finishedAt', text(state.finishedAt)),
  };
}

function readState(value: unknown, specs: readonly Container[], init: boolean): ContainerState {
  const status = fields(value);
  const state = fields(status.state);
  const name = text(status.name) ?? '';
  const spec = specs.find((one) => one.name === name && one.init === init);
  return {
    name,
    init,
    ...optional('sidecar', spec?.sidecar),
    specImage: spec?.image ?? '',
    imageID: text(status.imageID)?.slice(0, bounds.imageChars) ?? '',
    ready: flag(status.ready),
    restarts: number(status.restartCount),
    ...optional('waiting', readWaiting(state.waiting)),
    running: state.running !== undefined,
    ...optional('terminated', readTerminated(state.terminated)),
    ...optional('lastTerminated', readTerminated(fields(status.lastState).terminated)),
  };
}

/** Containers first, then init containers, as far as the kubelet has reported them. */
export function readContainerStates(podSpec: Fields, status: Fields): readonly ContainerState[] {
  const specs = readContainers(podSpec);
  return [
    ...list(status.containerStatuses)
      .slice(0, bounds.containersKept)
      .map((value) => readState(value, specs, false)),
    ...list(status.initContainerStatuses)
      .slice(0, bounds.containersKept)
      .map((value) => readState(value, specs, true)),
  ];
}

import { expect, it } from 'vitest';
import { RunLogs } from './run-logs.ts';

const running = { state: { running: { startedAt: '' } }, lastState: {} };
const again = { state: { running: { startedAt: '' } }, lastState: { terminated: { exitCode: 1 } } };
const waiting = { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } };

it.each([
  ['runs for the first time', ['one'], running, 'one', undefined],
  ['runs again', ['one', 'two'], again, 'two', 'one'],
  ['waits to be started again', ['one', 'two'], waiting, 'two', 'two'],
  ['has not run yet', [], { state: { waiting: { reason: 'ContainerCreating' } }, lastState: {} }, undefined, undefined],
])('a container that %s has the output of its current and previous run', (_, runs, status, current, previous) => {
  const logs = new RunLogs();
  for (const output of runs) logs.begin(() => output);

  expect([logs.read(false, status), logs.read(true, status)]).toEqual([current, previous]);
});

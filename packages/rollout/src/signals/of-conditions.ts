import { keptMessageLines } from '@keelson/core';
import type { RolloutView } from '../types.ts';
import type { Signal } from './signal.ts';

/** The signal that a quota or an admission policy refuses the controller's pods. */
export function conditionSignals({ status, revisionConditions = [] }: RolloutView): readonly Signal[] {
  const refused = [...revisionConditions, ...status.conditions].find(
    (condition) =>
      condition.type === 'ReplicaFailure' && condition.status === 'True' && condition.reason !== 'FailedDelete',
  );
  if (!refused) return [];
  const message = keptMessageLines(refused.message ?? '');
  const quota = /\b(?:exceeded|failed|insufficient) quota\b/i.test(message);
  return [
    {
      effect: 'block',
      code: quota ? 'quota-exceeded' : 'pods-refused',
      message: `${quota ? 'A quota of the namespace allows no more pods' : 'The cluster refuses to create the pods'}${message ? `: ${message}` : '.'}`,
      graceMs: 0,
    },
  ];
}

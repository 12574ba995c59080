import type { WorkloadKind } from '@keelson/core';
import type { Fields } from '../fields.ts';
import { fields, optional } from '../fields.ts';
import type { Workload } from '../types.ts';

/** How new pods replace old ones: `strategy` of a Deployment, `updateStrategy` of the other two. */
export function readStrategy(kind: WorkloadKind, spec: Fields): Pick<Workload, 'strategy' | 'partition'> {
  if (kind === 'CronJob') return {};
  const { type, rollingUpdate } = fields(kind === 'Deployment' ? spec.strategy : spec.updateStrategy);
  const known = type === 'RollingUpdate' || type === 'Recreate' || type === 'OnDelete' ? type : undefined;
  const { partition } = fields(rollingUpdate);
  return {
    ...optional('strategy', known),
    ...optional('partition', kind === 'StatefulSet' && typeof partition === 'number' ? partition : undefined),
  };
}

import { describe, expect, it } from 'vitest';
import { workloadIdOf, workloadKeyOf } from './workload-id.ts';

describe('workload id', () => {
  it.each(['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'] as const)('goes there and back for a %s', (kind) => {
    const key = { namespace: 'ns', kind, name: 'a.b-c' };
    expect(workloadKeyOf(workloadIdOf(key))).toEqual(key);
  });

  it.each(['', 'ns', 'ns/job/x', 'ns/deployment/', 'ns/deployment/a/b', '/deployment/a'])('refuses %j', (text) => {
    expect(workloadKeyOf(text)).toBeUndefined();
  });
});

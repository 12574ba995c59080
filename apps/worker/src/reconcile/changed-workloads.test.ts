import type { WorkloadKey } from '@keelson/core';
import { expect, it } from 'vitest';
import { createChangedWorkloads } from './changed-workloads.ts';

const key = (namespace: string, name: string): WorkloadKey => ({ namespace, kind: 'Deployment', name });

it('changed workloads are taken once each, by namespaces in turn (law 17)', () => {
  const changed = createChangedWorkloads();
  for (const name of ['a', 'b', 'c', 'a']) changed.add(key('tenant', name));
  changed.add(key('victim', 'web'));

  const taken: string[] = [];
  for (let next = changed.take(); next !== undefined; next = changed.take()) {
    taken.push(`${next.namespace}/${next.name}`);
    if (taken.length === 1) changed.add(key('tenant', 'd'));
  }

  expect(taken).toEqual(['tenant/a', 'victim/web', 'tenant/b', 'tenant/c', 'tenant/d']);
});

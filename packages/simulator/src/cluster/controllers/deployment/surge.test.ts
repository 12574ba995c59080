import { expect, it } from 'vitest';
import type { Deployment } from '../../objects/workloads.ts';
import { fenceposts } from './surge.ts';

function of(replicas: number, strategy: Deployment['spec']['strategy']): Deployment {
  const metadata = { name: 'a', uid: '', resourceVersion: '' };
  const template = { spec: { containers: [] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { replicas, template, ...(strategy && { strategy }) },
  };
}

const rolling = (maxSurge: number | string, maxUnavailable: number | string) => ({
  type: 'RollingUpdate',
  rollingUpdate: { maxSurge, maxUnavailable },
});

it.each([
  [1, rolling('25%', '25%'), { surge: 1, unavailable: 0 }],
  [4, rolling('25%', '25%'), { surge: 1, unavailable: 1 }],
  [10, rolling('25%', '25%'), { surge: 3, unavailable: 2 }],
  [3, rolling(0, 0), { surge: 0, unavailable: 1 }],
  [3, rolling('0%', '10%'), { surge: 0, unavailable: 1 }],
  [2, rolling(5, 5), { surge: 5, unavailable: 2 }],
  [3, { type: 'Recreate' }, { surge: 0, unavailable: 0 }],
])('a rollout of %i replicas with %j stays within %j', (replicas, strategy, expected) => {
  expect(fenceposts(of(replicas, strategy))).toEqual(expected);
});

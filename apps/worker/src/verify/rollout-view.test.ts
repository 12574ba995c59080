import type { Job } from '@keelson/kube';
import { expect, it } from 'vitest';
import { rollout } from '../testing/rollouts.ts';
import { container, digestOf, workload } from '../testing/values.ts';
import { rolloutView } from './rollout-view.ts';

const written = '2026-01-01T00:00:05.400Z';
const transitions = [{ state: 'verifying', at: Date.parse(written), code: 'written' }] as const;

function job(name: string, createdAt: string, image: string): Job {
  const containers = [container('app', image)];
  return { namespace: 'ns', name, uid: name, createdAt, templateAnnotations: {}, containers, conditions: [] };
}

/** The names of the Jobs by which a rollout of a CronJob is judged. */
function judgedBy(...jobs: readonly Job[]) {
  const view = {
    newestReplicaSet: () => undefined,
    podsOfNewestRevision: () => [],
    podsOfJob: () => [],
    jobs: () => jobs,
  };
  return rolloutView(view, workload({ kind: 'CronJob' }), rollout({ transitions })).jobs?.map(({ name }) => name);
}

it('a Job that names the tag alone counts from the second after the write, as the one before may be older than the write (laws 6 and 14)', () => {
  const tag = 'ghcr.io/me/web:latest';
  expect(
    judgedBy(
      job('before', '2026-01-01T00:00:04Z', tag),
      job('same-second', '2026-01-01T00:00:05Z', tag),
      job('after', '2026-01-01T00:00:06Z', tag),
    ),
  ).toEqual(['after']);
});

it('a Job that names the written digest counts whenever it was created, and one that names another never does', () => {
  expect(
    judgedBy(
      job('ours', '2026-01-01T00:00:05Z', `ghcr.io/me/web:latest@${digestOf('b')}`),
      job('other', '2026-01-01T00:00:06Z', `ghcr.io/me/web:latest@${digestOf('a')}`),
    ),
  ).toEqual(['ours']);
});

import { bounds } from '@keelson/core';
import { expect, it } from 'vitest';
import type { Job, Pod } from '../types.ts';
import { createRemovedJobs } from './removed-jobs.ts';

const job: Job = {
  namespace: 'ns',
  name: 'nightly-1',
  uid: 'job',
  ownerUid: 'cron-job',
  createdAt: '',
  templateAnnotations: {},
  containers: [],
  conditions: [],
};

const cronJob = { namespace: 'ns', uid: 'cron-job' };

function opened() {
  const removed = createRemovedJobs();
  removed.follow(cronJob);
  return removed;
}

function pod(name: string, ownerUid: string): Pod {
  const state = { phase: 'Failed', deleting: false, ready: false, createdAt: '', containers: [], conditions: [] };
  return { namespace: 'ns', name, uid: name, ownerUid, labels: {}, ...state };
}

it('a removed Job has its pods, though the watch of pods showed first that some are gone', () => {
  const removed = opened();
  removed.watch(job);

  removed.keepPod(pod('lost', 'job'));
  removed.keepPod(pod('of-another', 'deployment'));
  removed.keep(job, [pod('there', 'job')]);

  expect(removed.of(cronJob)).toEqual({ job, pods: [pod('there', 'job'), pod('lost', 'job')] });
});

it('a Job that is there has the pods that it lost, until it is removed', () => {
  const removed = opened();
  removed.watch(job);

  removed.keepPod(pod('lost', 'job'));
  expect(removed.lostBy(job)).toEqual([pod('lost', 'job')]);

  removed.keep(job, []);
  expect(removed.lostBy(job)).toEqual([]);
});

it('keeps nothing of a Job that only claims a CronJob of another namespace, or one that is not there (law 17)', () => {
  const removed = opened();
  const claimed = [
    { ...job, namespace: 'tenant' },
    { ...job, uid: 'other', ownerUid: 'nobody' },
  ];
  for (const one of claimed) {
    removed.watch(one);
    removed.keep(one, []);
  }

  expect(removed.of(cronJob)).toBeUndefined();
  expect(removed.of({ namespace: 'tenant', uid: 'cron-job' })).toBeUndefined();
  expect(removed.of({ namespace: 'ns', uid: 'nobody' })).toBeUndefined();
});

it('keeps the last pods that a Job lost, however many are made and deleted (law 17)', () => {
  const removed = opened();
  removed.watch(job);

  for (let n = 0; n < 10 * bounds.lostPods; n++) removed.keepPod(pod(`lost-${n}`, 'job'));
  removed.keepPod({ ...pod('elsewhere', 'job'), namespace: 'tenant' });

  expect(removed.lostBy(job)).toHaveLength(bounds.lostPods);
  expect(removed.lostBy(job).at(-1)?.name).toBe(`lost-${10 * bounds.lostPods - 1}`);
});

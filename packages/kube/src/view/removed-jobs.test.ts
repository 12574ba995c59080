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

function pod(name: string, ownerUid: string): Pod {
  const state = { phase: 'Failed', deleting: false, ready: false, createdAt: '', containers: [], conditions: [] };
  return { namespace: 'ns', name, uid: name, ownerUid, labels: {}, ...state };
}

it('a removed Job has its pods, though the watch of pods showed first that some are gone', () => {
  const removed = createRemovedJobs();
  removed.watch(job);

  removed.keepPod(pod('lost', 'job'));
  removed.keepPod(pod('of-another', 'deployment'));
  removed.keep(job, [pod('there', 'job')]);

  expect(removed.of('cron-job')).toEqual({ job, pods: [pod('there', 'job'), pod('lost', 'job')] });
});

it('a Job that is there has the pods that it lost, until it is removed', () => {
  const removed = createRemovedJobs();
  removed.watch(job);

  removed.keepPod(pod('lost', 'job'));
  expect(removed.lostBy(job)).toEqual([pod('lost', 'job')]);

  removed.keep(job, []);
  expect(removed.lostBy(job)).toEqual([]);
});

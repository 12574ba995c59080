import { describe, expect, it } from 'vitest';
import type { JobState } from './events.ts';
import { nextJobs } from './next-jobs.ts';
import type { PlannedJob } from './plan.ts';

const stages = ['test', 'build', 'deploy'];

function job(name: string, stage: string, more: Partial<PlannedJob> = {}): PlannedJob {
  return { name, stage, when: 'on_success', ...more };
}

describe('nextJobs', () => {
  const plain = [job('t1', 'test'), job('t2', 'test'), job('b', 'build')];
  it.each<[string, PlannedJob[], Record<string, JobState>, string[], string[]]>([
    ['begins with the first stage', plain, {}, ['t1', 't2'], []],
    ['waits for all of a stage', plain, { t1: 'passed', t2: 'running' }, [], []],
    ['goes on when a stage passed', plain, { t1: 'passed', t2: 'passed' }, ['b'], []],
    ['goes on after an allowed failure', plain, { t1: 'passed', t2: 'warned' }, ['b'], []],
    ['builds nothing that failed its test', plain, { t1: 'passed', t2: 'failed' }, [], ['b']],
    ['waits for its needs only', [job('t1', 'test'), job('b', 'build', { needs: [] })], {}, ['t1', 'b'], []],
    ['knows always', [job('t', 'test'), job('b', 'build', { when: 'always' })], { t: 'failed' }, ['b'], []],
    ['knows on_failure', [job('t', 'test'), job('b', 'build', { when: 'on_failure' })], { t: 'passed' }, [], ['b']],
    ['runs on_failure', [job('t', 'test'), job('b', 'build', { when: 'on_failure' })], { t: 'failed' }, ['b'], []],
    [
      'leaves manual jobs, which hold nothing up',
      [job('t', 'test', { when: 'manual' }), job('b', 'build')],
      {},
      ['b'],
      ['t'],
    ],
    [
      'fails what comes after what was skipped',
      [job('t', 'test'), job('b', 'build'), job('d', 'deploy')],
      { t: 'failed', b: 'skipped' },
      [],
      ['d'],
    ],
  ])('a pipeline %s', (_, jobs, states, start, skip) => {
    const next = nextJobs({ stages, jobs }, new Map(Object.entries(states)));

    expect(next.start.map(({ name }) => name)).toEqual(start);
    expect(next.skip.map(({ name }) => name)).toEqual(skip);
  });
});

import { expect, it } from 'vitest';
import { forShell, readPlan } from './plan.ts';

const list = JSON.stringify([{ name: 'build', stage: 'build', when: 'on_success', needs: null }]);

it("replaces variables in artifact paths: predefined ones first, then the job's own, then common ones", () => {
  const document = {
    stages: ['build'],
    variables: { OUT: 'common', NUMBER: 1, DESCRIBED: { value: 'said', description: 'why' }, CI_COMMIT_SHA: 'other' },
    build: { variables: { OUT: 'own' }, artifacts: { paths: [`$OUT/$NUMBER/\${DESCRIBED}/$CI_COMMIT_SHA`] } },
  };

  const { jobs } = readPlan(list, document, { CI_COMMIT_SHA: 'abc' });

  expect(jobs).toEqual([
    {
      name: 'build',
      stage: 'build',
      when: 'on_success',
      artifacts: { paths: ['own/1/said/abc'], exclude: [], when: 'on_success' },
    },
  ]);
});

it('runs jobs without image, services and artifacts, and keeps everything else', () => {
  const job = { script: ['true'], image: 'node', services: ['docker:dind'], artifacts: { paths: ['x'] } };

  expect(forShell({ stages: ['build'], build: job })).toEqual({ stages: ['build'], build: { script: ['true'] } });
});

it('runs jobs without the templates and defaults that they hold already', () => {
  const document = { default: { retry: 1 }, before_script: ['cd app'], '.job': { script: ['false'] }, include: [] };
  const job = { before_script: ['cd app'], script: ['true'] };

  expect(forShell({ ...document, stages: ['build'], build: job })).toEqual({ stages: ['build'], build: job });
});

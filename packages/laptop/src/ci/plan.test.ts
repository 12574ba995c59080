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

it('runs a job without the other ones, and without what is the part of others: image, services, artifacts, needs', () => {
  const script = ['true'];
  const ours = { image: 'node', services: ['docker:dind'], artifacts: { paths: ['x'] }, needs: ['test'] };
  const document = { stages: ['test', 'build'], test: { script }, build: { ...ours, script, rules: [{ if: '$A' }] } };

  expect(forShell(document, 'build')).toEqual({
    stages: ['test', 'build'],
    build: { script, rules: [{ if: '$A' }] },
  });
});

it('runs a job without the templates and defaults that it holds already', () => {
  const document = { default: { retry: 1 }, before_script: ['cd app'], '.job': { variables: { A: '1' } }, include: [] };
  const job = { before_script: ['cd app'], script: ['true'] };

  expect(forShell({ ...document, stages: ['build'], build: job }, 'build')).toEqual({ stages: ['build'], build: job });
});

import { basename, dirname } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { filesMatching } from '../src/ci/files.ts';

const gitlab = z.object({
  'platform:test': z.object({
    parallel: z.object({ matrix: z.tuple([z.object({ PACKAGES: z.array(z.string()) })]) }),
  }),
});
const github = z.object({
  jobs: z.object({
    platform: z.object({ strategy: z.object({ matrix: z.object({ packages: z.array(z.string()) }) }) }),
  }),
});
const manifest = z.object({ scripts: z.object({ test: z.string().optional() }).default({}) });

const files = await filesMatching('apps/cli/build.yml', '.github/workflows/apps.yml');
const groups = gitlab.parse(parse(files['apps/cli/build.yml'] ?? ''))['platform:test'].parallel.matrix[0].PACKAGES;

it('the parallel jobs on GitLab test every package once', async () => {
  const manifests = Object.entries(await filesMatching('{apps,packages}/*/package.json', 'scripts/package.json'));
  const tested = manifests
    .filter(([, text]) => manifest.parse(JSON.parse(text)).scripts.test !== undefined)
    .map(([path]) => basename(dirname(path)));

  expect(groups.flatMap((names) => names.split(' ')).toSorted()).toEqual(tested.toSorted());
});

it('the parallel jobs on GitHub test the same packages as on GitLab', () => {
  const { packages } = github.parse(parse(files['.github/workflows/apps.yml'] ?? '')).jobs.platform.strategy.matrix;

  expect(packages).toEqual(groups);
});

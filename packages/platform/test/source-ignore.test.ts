import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { documentsOf, files, folders, root } from '../src/manifests/files.ts';

const listed = (...args: readonly string[]) =>
  execFileSync('git', ['ls-files', '-z', ...args], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter(Boolean);

/** What source-controller puts into the artifact: its own rules are those of .gitignore, as git applies them here. */
const left = new Set(listed('--cached', '--ignored', '--exclude-from=.sourceignore'));
const tracked = listed('--cached');
const kept = tracked.filter((file) => !left.has(file));

const paths = z.array(z.string()).default([]);
const generators = z.array(z.looseObject({ files: paths, envs: paths })).default([]);
const kustomization = z.looseObject({
  resources: paths,
  components: paths,
  patches: z.array(z.looseObject({ path: z.string().optional() })).default([]),
  configMapGenerator: generators,
  secretGenerator: generators,
});

it('the artifact of Flux has every manifest, and no other file', () => {
  expect(kept).toEqual(files.filter((file) => tracked.includes(file)));
});

it('the artifact of Flux has every file that a kustomization names', async () => {
  const missing: string[] = [];
  for (const folder of folders) {
    for (const document of await documentsOf(join(folder, 'kustomization.yaml'))) {
      const { resources, components, patches, configMapGenerator, secretGenerator } = kustomization.parse(document);
      const generated = [...configMapGenerator, ...secretGenerator].flatMap((one) => [...one.files, ...one.envs]);
      const named = [...resources, ...components, ...generated, ...patches.flatMap(({ path }) => path ?? [])];
      const isKept = (path: string) => kept.some((file) => file === path || file.startsWith(`${path}/`));
      missing.push(...named.map((path) => join(folder, path.replace(/^[^=]*=/, ''))).filter((path) => !isKept(path)));
    }
  }

  expect(missing).toEqual([]);
});

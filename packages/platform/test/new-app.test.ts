import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runOwnTests } from '../src/app-folders/own-tests.ts';
import { documentsIn, root } from '../src/manifests/files.ts';
import { fluxKustomization } from '../src/manifests/flux.ts';
import { kubectlMissing, kustomize } from '../src/manifests/kubectl.ts';
import { subjectOf } from '../src/manifests/object.ts';

const noKubectl = await kubectlMissing();
let copy: string;

/** The command as people call it, on a copy of what it reads and writes. */
function newApp(...args: readonly string[]) {
  const main = join(root, 'apps/cli/src/main.ts');
  return promisify(execFile)(process.execPath, [main, 'new-app', ...args, '--in', copy]);
}

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'keelson-repository-'));
  for (const folder of ['apps/myapp', 'clusters', 'infrastructure']) {
    await cp(join(root, folder), join(copy, folder), { recursive: true });
  }
});
afterAll(() => rm(copy, { recursive: true }));

describe('keelson new-app shop', () => {
  let printed: string;
  beforeAll(async () => {
    ({ stdout: printed } = await newApp('shop', '--host', 'shop.example.com'));
  });

  it('keelson new-app prints what it wrote and what to do next', () => {
    expect(printed).toMatch(/^ {2}new {6}apps\/shop\/app\/Dockerfile$/m);
    expect(printed).toMatch(/^ {2}changed {2}clusters\/homelab\/apps\.yaml$/m);
    expect(printed).toContain('served at shop.example.com, its staging at dev.shop.example.com');
  });

  it('keelson new-app leaves no name of the app that it copies', async () => {
    const entries = await readdir(join(copy, 'apps/shop'), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    const texts = await Promise.all(files.map(async (file) => file + (await readFile(file, 'utf8'))));

    expect(files.length).toBeGreaterThan(15);
    expect(texts.filter((text) => /myapp/i.test(text))).toEqual([]);
  });

  it('keelson new-app writes an app that passes its own tests', async () => {
    const output = await runOwnTests(join(copy, 'apps/shop/app'), join(root, 'packages/redis/package.json'));

    expect(output).toMatch(/^\S* ?pass [1-9]/m);
    expect(output).toMatch(/^\S* ?fail 0$/m);
  });

  it('keelson new-app writes jobs for the image of the app and no other', async () => {
    const [jobs] = documentsIn(await readFile(join(copy, 'apps/shop/build.yml'), 'utf8'), 'build.yml');
    const [template] = documentsIn(await readFile(join(root, 'apps/myapp/build.yml'), 'utf8'), 'build.yml');

    expect(jobs).toEqual(JSON.parse(JSON.stringify(template).replaceAll('myapp', 'shop')));
    expect(Object.keys(jobs as object)).toContain('shop:docker-main');
  });

  it('keelson new-app adds a Flux Kustomization for the folder, and keeps the others', async () => {
    const file = 'clusters/homelab/apps.yaml';
    const [before, after] = await Promise.all([root, copy].map((folder) => readFile(join(folder, file), 'utf8')));

    expect(after?.startsWith(before ?? 'nothing')).toBe(true);
    const added = documentsIn(after ?? '', file).map((each) => fluxKustomization.parse(each));
    expect(added.at(-1)).toMatchObject({
      metadata: { name: 'shop' },
      spec: { path: './apps/shop', prune: true, wait: true, dependsOn: [] },
    });
  });

  it('keelson new-app writes manifests that kustomize builds, all in the namespace of the app', async ({ skip }) => {
    if (noKubectl) skip(noKubectl);

    const objects = await kustomize(join(copy, 'apps/shop'));

    expect(objects.map(subjectOf)).toEqual(
      expect.arrayContaining([
        'Namespace/shop',
        'Deployment/shop/shop',
        'Deployment/shop/shop-staging',
        'Ingress/shop/shop',
      ]),
    );
    expect(objects.filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== 'shop')).toEqual([]);
  });
});

it.each([
  ['Shop', /"Shop" cannot be the name of a Service/],
  ['myapp', /The folder apps\/myapp exists already\. Nothing was written\./],
])('keelson new-app %s fails with a message and an exit code', async (name, message) => {
  await expect(newApp(name)).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(new RegExp(`^${message.source}[^\n]*\n$`)),
  });
});

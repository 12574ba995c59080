import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newApp, RefusedAppError } from './new-app.ts';

const here = fileURLToPath(new URL('../../../../', import.meta.url));
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'keelson-new-app-'));
  for (const folder of ['apps/myapp', 'clusters', 'infrastructure']) {
    await cp(join(here, folder), join(root, folder), { recursive: true });
  }
});
afterEach(() => rm(root, { recursive: true }));

/** Every file below the repository with its text. */
async function everything(): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return new Map(
    await Promise.all(
      files.toSorted().map(async (file) => [file.slice(root.length + 1), await readFile(file, 'utf8')] as const),
    ),
  );
}

async function expectRefused(name: string, host: string, message: RegExp): Promise<void> {
  const before = await everything();

  const refused = newApp(root, { name, host });

  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toThrow(RefusedAppError);
  expect(await everything()).toEqual(before);
  expect(await readdir(join(root, 'apps'))).not.toContainEqual(expect.stringMatching(/^\./));
}

it('newApp writes all files of the template under the new name, and one Kustomization', async () => {
  const before = await everything();

  const { written } = await newApp(root, { name: 'shop', host: 'shop.example.com' });

  const after = await everything();
  const added = [...after.keys()].filter((file) => !before.has(file));
  expect(added.toSorted()).toEqual(written.toSorted());
  expect(added).toEqual(
    [...before.keys()].flatMap((file) => (file.startsWith('apps/myapp/') ? [file.replace('myapp', 'shop')] : [])),
  );
  const changed = [...before].flatMap(([file, text]) => (after.get(file) === text ? [] : [file]));
  expect(changed).toEqual(['clusters/homelab/apps.yaml']);
  expect(after.get('apps/shop/staging.yaml')).toContain('host: dev.shop.example.com');
});

it('newApp writes a second app after the first', async () => {
  await newApp(root, { name: 'shop', host: 'shop.com' });
  await newApp(root, { name: 'blog', host: 'blog.com' });

  await expectRefused('shop', 'other.com', /The folder apps\/shop exists already\. Nothing was written\.$/);
  const flux = await readFile(join(root, 'clusters/homelab/apps.yaml'), 'utf8');
  expect(flux.match(/path: .\/apps\/\S+/g)?.slice(-2)).toEqual(['path: ./apps/shop', 'path: ./apps/blog']);
});

it.each([
  ['myapp', 'x.com', /The folder apps\/myapp exists already/],
  ['keelson', 'x.com', /The namespace keelson is taken/],
  ['redis', 'x.com', /Flux has a Kustomization redis already: clusters\/homelab\/infrastructure\.yaml/],
  ['keelson-api', 'x.com', /runs an image called keelson-api, which CI would build from the new app/],
  ['shop', 'myapp.com', /The host myapp\.com or dev\.myapp\.com is served by Ingress myapp/],
  ['shop', 'http://shop.com', /is not a host name/],
  ['Shop', 'shop.com', /cannot be the name/],
])('newApp refuses name %s at host %s, and writes nothing', async (name, host, message) => {
  await expectRefused(name, host, message);
});

it('newApp says what a folder lacks that is not such a repository', async () => {
  await rm(join(root, 'clusters/homelab/apps.yaml'));
  await writeFile(join(root, 'README.md'), 'something else');

  await expectRefused('shop', 'shop.com', /lacks apps\/myapp or clusters\/homelab\/apps\.yaml/);
});

import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { git } from './git.ts';
import type { Branch, Change } from './push.ts';
import { changes, push } from './push.ts';
import { shellWord, userClone } from './user-clone.ts';
import { workingCopy } from './working-copy.ts';

const readme = 'README.md';
let root: string;
let folder: string;
let demoFolder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'keelson-user-clone-'));
  const bare = join(root, 'bare.git');
  folder = join(root, 'homelab');
  demoFolder = join(root, 'demo');
  await git(root, 'init', '--quiet', '--bare', '--initial-branch=main', bare);
  await git(root, 'clone', '--quiet', bare, demoFolder);
  const copy = workingCopy(demoFolder);
  await git(demoFolder, 'checkout', '--quiet', '-B', 'main');
  await copy.edit(readme, () => 'one\n');
  await copy.edit('apps/myapp/app/package.json', () => '{ "version": "1.0.0" }\n');
  await copy.edit('apps/myapp/app/src/main.js', () => 'start();\n');
  await copy.commit('Begin');
  await git(demoFolder, 'push', '--quiet', 'origin', 'main', 'main:staging');
  await git(root, 'clone', '--quiet', bare, folder);
  await git(folder, 'config', 'user.name', 'user');
  await git(folder, 'config', 'user.email', 'user@localhost');
});
afterEach(() => rm(root, { recursive: true }));

const demoPush = (branch: Branch, change: Change = 'change') => push(workingCopy(demoFolder), branch, change);
const heads = async () => (await git(folder, 'rev-parse', 'main', 'staging')).split('\n');

async function commitOfMine(): Promise<void> {
  await appendFile(join(folder, readme), 'mine\n');
  await git(folder, 'commit', '--quiet', '--all', '--message', 'mine');
}

it("the user's clone stands on an up-to-date staging that tracks the remote's", async () => {
  const commit = await demoPush('staging');

  await userClone(folder).prepare();

  expect(await git(folder, 'rev-parse', 'HEAD')).toBe(commit);
  expect(await git(folder, 'status', '--short', '--branch')).toBe('## staging...origin/staging');
});

it("the user's clone follows pushes to both branches, with an uncommitted edit left as it is", async () => {
  const clone = userClone(folder);
  await clone.prepare();
  await git(folder, 'branch', '--quiet', '--force', 'main', 'origin/main');
  await appendFile(join(folder, readme), 'mine\n');
  const pushed = [await demoPush('main'), await demoPush('staging')];

  expect(await clone.follow()).toEqual([]);

  expect(await heads()).toEqual(pushed);
  expect(await readFile(join(folder, readme), 'utf8')).toBe('one\nmine\n');
  await git(folder, 'commit', '--quiet', '--all', '--message', 'mine');
  await git(folder, 'push', '--quiet', 'origin', 'staging');
});

it("a message says what to do where the user's clone has commits that are not pushed, and it works", async () => {
  const clone = userClone(folder);
  await clone.prepare();
  await commitOfMine();
  await demoPush('staging');

  const [message = ''] = await clone.follow();

  const [, command = ''] = /Before you push them: (.*)$/.exec(message) ?? [];
  expect(command).toBe(`cd ${folder} && git pull --rebase --autostash`);
  await git(folder, 'pull', '--quiet', '--rebase', '--autostash');
  await git(folder, 'push', '--quiet', 'origin', 'staging');
  expect(await clone.follow()).toEqual([]);
});

it('the branches merge without a conflict whatever the demo has pushed to them', async () => {
  const clone = userClone(folder);
  await demoPush('staging', 'version');
  await demoPush('main', 'staging');
  await clone.prepare();
  await commitOfMine();
  await git(folder, 'push', '--quiet', 'origin', 'staging');
  const typed: readonly [Branch, Change][] = [
    ['main', 'crash'],
    ['staging', 'change'],
    ['main', 'change'],
    ['staging', 'crash'],
    ['main', 'crash'],
    ['staging', 'change'],
  ];

  for (const [branch, change] of typed) {
    await demoPush(branch, change);
    expect(await clone.follow(), `${changes[change].description}, ${branch}`).toEqual([]);
    await git(folder, 'merge-tree', '--write-tree', 'origin/main', 'origin/staging');
  }
  await git(folder, 'checkout', '--quiet', 'main');
  await git(folder, 'merge', '--quiet', '--no-edit', 'staging');
  await git(folder, 'push', '--quiet', 'origin', 'main');
  await git(folder, 'checkout', '--quiet', 'staging');
  await git(folder, 'merge', '--quiet', '--no-edit', 'main');
  await git(folder, 'push', '--quiet', 'origin', 'staging');
});

it.each([
  ['/tmp/keelson-demo-x1/homelab', '/tmp/keelson-demo-x1/homelab'],
  ["/tmp/it's here", String.raw`'/tmp/it'\''s here'`],
])('a shell reads %s as one word', (path, word) => {
  expect(shellWord(path)).toBe(word);
});

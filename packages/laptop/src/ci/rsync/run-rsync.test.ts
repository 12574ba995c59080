import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readExcludes } from './filter.ts';
import { runRsync } from './run-rsync.ts';

let folder: string;
const said: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keelson-rsync-'));
  said.length = 0;
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

function rsync(...args: readonly string[]): Promise<number> {
  return runRsync(args, folder, (line) => said.push(line));
}

async function below(path: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, path).length + 1))
    .sort();
}

describe('rsync', () => {
  it("mirrors a checkout as gitlab-ci-local asks for it, without what is excluded and without yesterday's files", async () => {
    await write({ 'a.txt': 'new', 'apps/x/run.sh': 'run', 'apps/x/node_modules/m.js': 'm', '.git/HEAD': 'ref' });
    await write({ '.git/lfs/big': 'b', 'state/builds/.docker/a.txt': 'old', 'state/builds/.docker/gone.txt': 'g' });
    await write({ 'state/builds/.docker/apps/x/node_modules/m.js': 'm', 'state/exclude': '/apps/x/node_modules/\n' });
    await chmod(join(folder, 'apps/x/run.sh'), 0o755);
    await utimes(join(folder, 'a.txt'), 1_000, 1_000);
    await symlink('a.txt', join(folder, 'link'));

    const code = await rsync(
      ...['-a', '--delete-excluded', '--delete', '--exclude-from=state/exclude', '--exclude', '.git/lfs'],
      ...['--exclude', 'state/', './', 'state/builds/.docker/'],
    );

    const to = join(folder, 'state/builds/.docker');
    expect(code).toBe(0);
    expect(await below('state/builds/.docker')).toEqual(['.git/HEAD', 'a.txt', 'apps/x/run.sh', 'link']);
    expect(await readFile(join(to, 'a.txt'), 'utf8')).toBe('new');
    expect((await stat(join(to, 'apps/x/run.sh'))).mode & 0o777).toBe(0o755);
    expect((await stat(join(to, 'a.txt'))).mtimeMs).toBe(1_000_000);
    expect((await lstat(join(to, 'link'))).isSymbolicLink()).toBe(true);
  });

  it('copies chosen paths with the folders above them', async () => {
    await write({
      'dist/a/x.js': 'x',
      'dist/b.js': 'b',
      'dist/secret/key': 'k',
      list: './dist/a\n./dist/b.js\n./dist/secret\n',
    });

    const listed = await rsync('--exclude', 'dist/secret/**', '-rRa', '--files-from=list', '.', 'out/.');
    const named = await rsync('-Ra', './dist/b.js', 'named/.');

    expect([listed, named]).toEqual([0, 0]);
    expect(await below('out')).toEqual(['dist/a/x.js', 'dist/b.js']);
    expect(await below('named')).toEqual(['dist/b.js']);
  });

  it('tells of what is not there, as rsync does by its code', async () => {
    await write({ 'a.txt': 'a' });

    const code = await rsync('-Ra', './missing', '../outside', './a.txt', 'out/.');

    expect(code).toBe(23);
    expect(said).toEqual([expect.stringContaining('./missing'), expect.stringContaining('../outside')]);
    expect(await below('out')).toEqual(['a.txt']);
  });

  it.each([
    [['-a', 'host:/x', 'y'], 'one folder/ only'],
    [['-avz', './', 'y'], "Unknown option '-v'"],
    [['-a', './'], 'a source and a target'],
    [['-r', './', 'y'], 'it wants -a'],
    [['-a', '--delete', './', 'y'], 'goes with --delete-excluded'],
    [['-a', '--bwlimit=1', './', 'y'], "Unknown option '--bwlimit'"],
  ])('refuses %j', async (args, why) => {
    expect(await rsync(...args)).toBe(1);
    expect(said.join()).toContain(why);
    expect(said.join()).toContain("Keelson's laptop");
  });
});

describe('excludes', () => {
  // rsync(1), FILTER RULES.
  it.each([
    ['foo', 'foo', false, true],
    ['foo', 'a/foo', false, true],
    ['foo', 'foobar', false, false],
    ['/foo', 'foo', false, true],
    ['/foo', 'a/foo', false, false],
    ['foo/', 'foo', true, true],
    ['foo/', 'foo', false, false],
    ['foo/bar', 'a/foo/bar', false, true],
    ['/foo/*.o', 'foo/x.o', false, true],
    ['/foo/*.o', 'foo/a/x.o', false, false],
    ['state/**', 'state/a/b', false, true],
  ])('%s leaves %s (folder: %s) out: %s', (pattern, path, isFolder, expected) => {
    expect(readExcludes([pattern])(path, isFolder)).toBe(expected);
  });
});

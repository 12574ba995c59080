import type { Git } from './run-git.ts';

/** The text files of a commit below a folder, by their paths from the repository's root. `.` is all of them. */
export async function filesAt(git: Git, bare: string, commit: string, folder: string): Promise<Map<string, string>> {
  const only = folder === '.' || folder === '' ? [] : ['--', folder.replace(/\/+$/, '')];
  const listed = await git.run(bare, 'ls-tree', '-r', '-z', '--full-tree', commit, ...only);
  const entries = listed.split('\0').filter((entry) => entry !== '');
  const files = new Map<string, string>();
  for (const entry of entries) {
    const [, type, object, path] = /^\d+ (\w+) (\w+)\t(.*)$/s.exec(entry) ?? [];
    if (type !== 'blob' || object === undefined || path === undefined) continue;
    files.set(path, (await git.read(bare, 'cat-file', 'blob', object)).toString());
  }
  return files;
}

import type { Git } from './run-git.ts';

/** The text files of a commit below a folder, by their paths from the repository's root. `.` is all of them. */
export async function filesAt(git: Git, bare: string, commit: string, folder: string): Promise<Map<string, string>> {
  const only = folder === '.' || folder === '' ? [] : ['--', folder.replace(/\/+$/, '')];
  const listed = await git.run(bare, 'ls-tree', '-r', '-z', '--full-tree', commit, ...only);
  const blobs = listed.split('\0').flatMap((entry) => {
    const [, object, path] = /^\d+ blob (\w+)\t(.*)$/s.exec(entry) ?? [];
    return object === undefined || path === undefined ? [] : [{ object, path }];
  });
  const asked = blobs.map(({ object }) => `${object}\n`).join('');
  const contents = contentsOf(await git.pipe(bare, asked, 'cat-file', '--batch'));
  return new Map(blobs.map(({ path }, index) => [path, contents[index] ?? '']));
}

/** Reads what `git cat-file --batch` prints: for each object a line `NAME TYPE SIZE`, its content, and a line break. */
function contentsOf(batch: Buffer): readonly string[] {
  const contents: string[] = [];
  for (let at = 0; at < batch.length; ) {
    const begin = batch.indexOf('\n', at) + 1;
    const end = begin + Number(batch.toString('utf8', at, begin).split(' ')[2]);
    contents.push(batch.toString('utf8', begin, end));
    at = end + 1;
  }
  return contents;
}

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const sharedFiles = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc'];

/** The folders of the workspace that have a package.json, relative to `root`. */
export function workspaceFolders(root) {
  const grouped = ['apps', 'packages'].filter((group) => existsSync(join(root, group)));
  return grouped
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(group, name)))
    .concat('scripts')
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort((a, b) => (a < b ? -1 : 1));
}

/** A digest of everything that decides what an install makes, this platform included. */
export function installDigest(root, platform = `${process.platform} ${process.arch}`) {
  const hash = createHash('sha256').update(platform);
  for (const file of [...sharedFiles, ...workspaceFolders(root).map((folder) => join(folder, 'package.json'))]) {
    const path = join(root, file);
    hash.update(`\0${file}\0`).update(existsSync(path) ? readFileSync(path) : '');
  }
  return hash.digest('hex');
}

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../lib/root.mjs';

/** Files of the repository that match these patterns of git, by their path from its root. */
export function trackedFiles(...patterns) {
  const names = execFileSync('git', ['ls-files', '-z', '--', ...patterns], { cwd: root, encoding: 'utf8' });
  return names.split('\0').filter((name) => name && existsSync(join(root, name)));
}

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';

/** Folders without manifests of this repository: dependencies, and samples that are wrong on purpose. */
const skipped = new Set(['node_modules', 'vendor', 'fixtures', 'testdata']);
/** Hidden folders that hold pipelines. */
const hidden = new Set(['.gitlab', '.github']);

/**
 * The YAML files below a folder, as sorted paths with slashes. Symbolic links are not followed. Left out are hidden folders other than .gitlab
 * and .github, the `skipped` ones, and what `ignore` names: paths below the folder, or globs.
 */
export async function listFiles(folder: string, ignore: readonly string[] = []): Promise<readonly string[]> {
  const patterns = ignore.map((pattern) => pattern.replace(/^\.\//, '').replace(/\/+$/, ''));
  const ignored = (path: string): boolean =>
    patterns.some((pattern) => path === pattern || path.startsWith(`${pattern}/`) || matchesGlob(path, pattern));

  async function below(path: string): Promise<string[]> {
    const entries = await readdir(join(folder, path), { withFileTypes: true });
    const found: string[] = [];
    for (const entry of entries) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      if (ignored(inner)) continue;
      if (entry.isFile() && /\.ya?ml$/.test(entry.name)) found.push(inner);
      else if (entry.isDirectory() && isWanted(entry)) found.push(...(await below(inner)));
    }
    return found;
  }
  return (await below('')).sort((a, b) => (a < b ? -1 : 1));
}

function isWanted({ name }: Dirent): boolean {
  return name.startsWith('.') ? hidden.has(name) : !skipped.has(name);
}

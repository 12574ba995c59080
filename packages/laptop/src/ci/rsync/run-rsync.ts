import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readExcludes } from './filter.ts';
import { copyRelative, mirrorTree } from './mirror.ts';

/**
 * The uses that gitlab-ci-local makes of rsync, so that nobody has to install it: a folder's content with deletion and excludes, and chosen paths with
 * `-R`. Every other use is refused.
 *
 * @param warn a line for standard error
 * @returns the exit code, as rsync's: 1 for what is not understood, 23 when a source was not there
 */
export async function runRsync(argv: readonly string[], cwd: string, warn: (line: string) => void): Promise<number> {
  const read = readArguments(argv);
  if (typeof read === 'string') {
    warn(`rsync: ${read} This is the small rsync of Keelson's laptop, made for gitlab-ci-local only.`);
    return 1;
  }
  const { values, sources, target } = read;
  const lists = (values['exclude-from'] ?? []).map(async (file) => lines(await readFile(resolve(cwd, file), 'utf8')));
  const excludes = readExcludes([...(await Promise.all(lists)).flat(), ...(values.exclude ?? [])]);
  const to = resolve(cwd, target);
  const listed = values['files-from'];
  if (listed !== undefined || values.relative) {
    const paths = listed === undefined ? sources : lines(await readFile(resolve(cwd, listed), 'utf8'));
    const from = listed === undefined ? cwd : resolve(cwd, sources[0] ?? '.');
    const missing = await copyRelative(from, paths, to, excludes);
    for (const path of missing) warn(`rsync: ${path} is not there or leads out of the folder.`);
    return missing.length === 0 ? 0 : 23;
  }
  await mirrorTree(resolve(cwd, sources[0] ?? '.'), to, excludes, values.delete === true);
  return 0;
}

function readArguments(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        archive: { type: 'boolean', short: 'a' },
        recursive: { type: 'boolean', short: 'r' },
        relative: { type: 'boolean', short: 'R' },
        delete: { type: 'boolean' },
        'delete-excluded': { type: 'boolean' },
        exclude: { type: 'string', multiple: true },
        'exclude-from': { type: 'string', multiple: true },
        'files-from': { type: 'string' },
      },
    });
    const [target, ...reversed] = positionals.toReversed();
    const sources = reversed.toReversed();
    if (!values.archive || target === undefined || sources.length === 0) return 'it wants -a, a source and a target.';
    if (values.delete !== values['delete-excluded']) return '--delete goes with --delete-excluded here.';
    const relative = values.relative ?? values['files-from'] !== undefined;
    if (relative && values.delete) return '--delete does not go with -R here.';
    if (!relative && (sources.length > 1 || !/\/\.?$/.test(sources[0] ?? '')))
      return 'without -R it copies one folder/ only.';
    return { values: { ...values, relative }, sources, target };
  } catch (error) {
    if (error instanceof TypeError) return `${error.message.split('. ')[0]}.`;
    throw error;
  }
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

// What a git hook or a person's settings would bring along stays outside.
const script = `unset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
export HOME="$1" GIT_CONFIG_NOSYSTEM=1 PATH="$2:$PATH"
shift 2
exec "$@"`;

/** A folder to work in, with a home and programs of its own, all below one temporary folder. */
export interface Place {
  readonly folder: string;
  /** Adds or overwrites files, by their path in the folder. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Puts a program first on PATH. */
  program(name: string, text: string): Promise<void>;
  /** Runs a command in the folder and gives its standard output. Rejects with what it wrote. */
  run(...command: string[]): Promise<string>;
  remove(): Promise<void>;
}

export async function createPlace(): Promise<Place> {
  const top = await mkdtemp(join(tmpdir(), 'keelson-ci-'));
  const [folder, home, bin] = [join(top, 'work'), join(top, 'home'), join(top, 'bin')];
  for (const each of [folder, home, bin]) await mkdir(each);

  return {
    folder,
    async write(files) {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), text);
      }
    },
    program: (name, text) => writeFile(join(bin, name), text, { mode: 0o755 }),
    async run(...command) {
      const { stdout } = await promisify(execFile)('sh', ['-c', script, 'sh', home, bin, ...command], {
        cwd: folder,
        maxBuffer: 16 * 1024 * 1024,
      });
      return stdout;
    },
    remove: () => rm(top, { recursive: true }),
  };
}

import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { basename, dirname, join, posix, sep } from 'node:path';

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A search path for the container's processes: our own Node before all others, then the image's programs, then this machine's. */
export function searchPath(root: string, path: string = defaultPath): string {
  const folders = path.split(':').filter((folder) => folder.startsWith('/'));
  const ofImage = folders.map((folder) => join(root, folder)).filter((folder) => existsSync(folder));
  return [dirname(process.execPath), ...ofImage, ...folders].join(':');
}

export interface Command {
  /** On this machine. */
  readonly program: string;
  readonly args: readonly string[];
}

interface Place {
  /** The image's files. */
  readonly root: string;
  /** Inside of the image. */
  readonly workingDir: string;
  /** What `searchPath` made of the container's PATH. */
  readonly path: string;
}

/**
 * The command on this machine that a container's command means. `node` is the Node that runs this; another program is that of the image,
 * else this machine's of that name, which stands in for a base image's. Arguments that are files of the image by their whole path are
 * led there: nothing makes the image's folder the root of the process.
 *
 * @throws Error in runc's words when there is no such program
 */
export function findProgram([name, ...args]: readonly string[], place: Place): Command {
  if (name === undefined) throw new Error('no command specified');
  return { program: programOf(name, place), args: args.map((each) => fileInImage(each, place.root) ?? each) };
}

function programOf(name: string, { root, workingDir, path }: Place): string {
  const folders = path.split(':').filter((folder) => folder !== '');
  const mine = name.includes('/')
    ? [join(root, posix.resolve(workingDir, name))]
    : folders.filter((folder) => folder.startsWith(root + sep)).map((folder) => join(folder, name));
  const found = mine.find(isProgram);
  if (found !== undefined) return found;
  if (basename(name) === 'node') return process.execPath;
  const standIn =
    name.includes('/') && !name.startsWith('/')
      ? undefined
      : folders.map((folder) => join(folder, basename(name))).find(isProgram);
  if (standIn !== undefined) return standIn;
  const why = name.includes('/') ? `stat ${name}: no such file or directory` : 'executable file not found in $PATH';
  throw new Error(
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ' +
      `unable to start container process: exec: "${name}": ${why}: unknown`,
  );
}

function fileInImage(word: string, root: string): string | undefined {
  const file = posix.isAbsolute(word) ? join(root, word) : undefined;
  return file !== undefined && statSync(file, { throwIfNoEntry: false })?.isFile() === true ? file : undefined;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

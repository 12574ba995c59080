import { posix } from 'node:path';

const harmless = new Set(['/dev/null', '/dev/stdout', '/dev/stderr']);

/**
 * The first path in a command that leads out of the folder which stands for the image's root, or undefined. RUN is not in a container here, and so
 * `rm -rf /var/cache` would be the laptop's own. This catches what a Dockerfile written for a container says; it is no protection against malice.
 *
 * @param command with its variables expanded
 * @param workdir where it runs, as the image sees it
 */
export function pathOutside(command: string, workdir: string): string | undefined {
  const paths = command.split(/[\s"'`;|&<>()=:,]+/).filter((word) => word !== '');
  return paths.find((path) => {
    // Two slashes are what is left of a URL.
    if (path.startsWith('/')) return !path.startsWith('//') && !harmless.has(path);
    if (path === '~' || path.startsWith('~/')) return true;
    if (!path.split('/').includes('..')) return false;
    // Counted by hand: joined with an absolute path, `..` would stop at the root.
    return posix.join(`.${workdir}`, path).startsWith('..');
  });
}

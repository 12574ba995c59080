import { posix } from 'node:path';
import { list } from 'tar';

export interface LayerEntries {
  /** Paths that this layer takes away from those below it, relative to the image's root. */
  readonly removed: readonly string[];
  /** Folders of which it takes away all that is below them. */
  readonly emptied: readonly string[];
}

const whiteout = '.wh.';
const opaque = '.wh..wh..opq';

export function isWhiteout(path: string): boolean {
  return posix.basename(path).startsWith(whiteout);
}

/**
 * Reads what a layer has to say before anything of it is written.
 *
 * @param file - a tar, gzipped or not
 * @throws Error for an entry that would be written, or would lead, outside of the image's root
 */
export async function readLayerEntries(file: string): Promise<LayerEntries> {
  const removed: string[] = [];
  const emptied: string[] = [];
  let refused: string | undefined;
  await list({
    file,
    onReadEntry: ({ path, type, linkpath }) => {
      const inside = relative(path);
      const target = linkpath === undefined ? undefined : targetOf(inside ?? '', type, linkpath);
      if (inside === undefined || (linkpath !== undefined && target === undefined)) {
        refused ??= `the entry "${path}"${linkpath === undefined ? '' : ` (a link to "${linkpath}")`} leads out of the image`;
        return;
      }
      if (posix.basename(inside) === opaque) emptied.push(posix.dirname(inside));
      else if (isWhiteout(inside))
        removed.push(posix.join(posix.dirname(inside), posix.basename(inside).slice(whiteout.length)));
    },
  });
  if (refused !== undefined) throw new Error(refused);
  const out = [...removed, ...emptied].find((path) => relative(path) === undefined);
  if (out !== undefined) throw new Error(`a whiteout of "${out}" leads out of the image`);
  return { removed, emptied };
}

/** The path below the root; undefined: not below it. A leading slash is the image's root. */
function relative(path: string): string | undefined {
  const clean = posix.normalize(path.replace(/^\/+/, '')).replace(/\/$/, '');
  return clean === '..' || clean.startsWith('../') ? undefined : clean;
}

/** Nothing holds a program in the image's folder, so an absolute symbolic link would mean a file of this machine. */
function targetOf(path: string, type: string, linkpath: string): string | undefined {
  if (type === 'Link') return relative(linkpath);
  return linkpath.startsWith('/') ? undefined : relative(posix.join(posix.dirname(path), linkpath));
}

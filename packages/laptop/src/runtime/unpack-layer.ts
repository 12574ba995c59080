import { mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { extract } from 'tar';
import { isWhiteout, readLayerEntries } from './layer-entries.ts';

/** A slash at the beginning of a path is taken off; devices and the like are left out. */
const harmless = new Set(['TAR_ENTRY_INFO', 'TAR_ENTRY_UNSUPPORTED']);

/**
 * Lays one layer over those that are in the folder already.
 *
 * @param root - the folder of the image's files; exists
 * @throws Error for a broken archive and for an entry that leads out of the folder
 */
export async function unpackLayer(layer: Buffer, root: string): Promise<void> {
  const scratch = await mkdtemp(`${root}-layer-`);
  try {
    const file = join(scratch, 'layer.tar');
    await writeFile(file, layer);
    const { removed, emptied } = await readLayerEntries(file);
    for (const path of emptied) await empty(root, path);
    for (const path of removed) await remove(root, path);
    // tar itself writes through no link that a lower layer has made
    const left: string[] = [];
    await extract({
      file,
      cwd: root,
      noMtime: true,
      filter: (path) => !isWhiteout(path),
      onwarn: (code, message) => {
        if (!harmless.has(code)) left.push(message);
      },
    });
    if (left.length > 0) throw new Error(left.join('; '));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function empty(root: string, path: string): Promise<void> {
  const folder = await inside(root, path);
  if (folder === undefined) return;
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}

async function remove(root: string, path: string): Promise<void> {
  const folder = await inside(root, dirname(path));
  if (folder !== undefined) await rm(join(folder, basename(path)), { recursive: true, force: true });
}

/** The real place of a folder of the image; undefined when it is not there, or elsewhere by way of links. */
async function inside(root: string, path: string): Promise<string | undefined> {
  try {
    const [home, place] = await Promise.all([realpath(root), realpath(join(root, path))]);
    return place === home || place.startsWith(home + sep) ? place : undefined;
  } catch {
    return undefined;
  }
}

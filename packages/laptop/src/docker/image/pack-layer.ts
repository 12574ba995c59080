import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Digest } from '@keelson/image';
import { create } from 'tar';
import type { Content } from './content.ts';
import { content, digestOf, mediaTypes } from './content.ts';

export interface Layer {
  readonly blob: Content;
  /** Digest of the tar before it is compressed: what a config lists. */
  readonly diffId: Digest;
}

/**
 * Packs all of a root as one layer. Equal content gives an equal digest: sorted by name, no times, no owners. One layer for each step would save
 * uploads of what did not change; on a laptop there is nothing to save.
 */
export async function packLayer(root: string): Promise<Layer> {
  const names = await namesBelow(root, '');
  const options = { cwd: root, portable: true, mtime: new Date(0), noDirRecurse: true };
  // A leading "./" keeps a file called "@x" from being read as the name of an archive. An empty tar, which `create` does not make, is zeros.
  const paths = names.map((name) => `./${name}`);
  const tar = paths.length === 0 ? Buffer.alloc(1024) : await buffer(create(options, paths));
  return { blob: content(mediaTypes.layer, await promisify(gzip)(tar)), diffId: digestOf(tar) };
}

async function namesBelow(root: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const lists = await Promise.all(
    entries.map(async (entry) => {
      const name = posix.join(folder, entry.name);
      return entry.isDirectory() ? [name, ...(await namesBelow(root, name))] : [name];
    }),
  );
  return lists.flat().sort();
}

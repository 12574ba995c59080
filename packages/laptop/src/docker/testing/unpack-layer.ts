import type { ReadEntry } from 'tar';
import { Parser } from 'tar';

/** One entry of a layer. */
export interface PackedEntry {
  readonly type: string;
  /** Permission bits. */
  readonly mode: number | undefined;
  readonly mtime: number | undefined;
  readonly uid: number | undefined;
  readonly text: string;
  readonly linksTo: string | undefined;
}

/** A layer's entries by their paths, without slashes at the ends. */
export async function unpackLayer(layer: Buffer): Promise<ReadonlyMap<string, PackedEntry>> {
  const entries = new Map<string, PackedEntry>();
  const parser = new Parser({
    onReadEntry: (entry: ReadEntry) => {
      const chunks: Buffer[] = [];
      entry.on('data', (chunk: Buffer) => chunks.push(chunk));
      entry.on('end', () => {
        const { type, mode, mtime, uid, linkpath } = entry;
        const text = Buffer.concat(chunks).toString();
        const path = entry.path.replace(/^\.\//, '').replace(/\/$/, '');
        entries.set(path, { type, mode, mtime: mtime?.getTime(), uid, text, linksTo: linkpath });
      });
    },
  });
  await new Promise((resolve, reject) => {
    parser.on('end', resolve);
    parser.on('error', reject);
    parser.end(layer);
  });
  return entries;
}

import { readdir, readFile, readlink } from 'node:fs/promises';

/** The addresses on which a process and what it started listen, as Linux shows them: `127.0.0.1`, `0.0.0.0`, `::`. */
export async function listeningAddresses(pid: number): Promise<readonly string[]> {
  const sockets = new Map<string, string>();
  for (const table of ['tcp', 'tcp6']) {
    for (const line of (await readFile(`/proc/net/${table}`, 'utf8')).trim().split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      if (state === '0A') sockets.set(`socket:[${inode}]`, addressOf(local.split(':')[0] ?? ''));
    }
  }
  const held = await Promise.all((await withDescendants(pid)).map(openFiles));
  return held.flat().flatMap((file) => sockets.get(file) ?? []);
}

async function withDescendants(pid: number): Promise<readonly number[]> {
  const parents = new Map<number, number>();
  for (const entry of await readdir('/proc')) {
    const status = /^\d+$/.test(entry) ? await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '') : '';
    const parent = /^PPid:\s+(\d+)$/m.exec(status)?.[1];
    if (parent !== undefined) parents.set(Number(entry), Number(parent));
  }
  const family = new Set([pid]);
  // A set goes on to what is added while it is walked.
  for (const each of family) for (const [child, parent] of parents) if (parent === each) family.add(child);
  return [...family];
}

async function openFiles(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  return Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
}

/** From hexadecimal numbers of four bytes each, the last byte first. */
function addressOf(hex: string): string {
  if (hex.length === 8) return [...Buffer.from(hex, 'hex')].reverse().join('.');
  return /^0+$/.test(hex) ? '::' : hex;
}

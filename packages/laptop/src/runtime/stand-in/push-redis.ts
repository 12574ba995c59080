import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PushTarget } from '@keelson/testkit';
import { pushImage } from '@keelson/testkit';
import { create } from 'tar';
import { REDIS_CLI_SCRIPT, redisServerScript } from './redis-scripts.ts';

/**
 * Pushes an image that stands in for Redis' own where a manifest names that: with `docker.io` among the mirrors, and pushed as
 * `library/redis` under the manifest's tag. It is this machine's Redis; what it holds is gone with its pod.
 *
 * @param program - whole path of `redis-server`
 * @throws Error where the registry does not take it
 */
export async function pushRedisStandIn(target: string | PushTarget, tag: string, program: string): Promise<void> {
  const layer = await scriptsLayer({ 'redis-server': redisServerScript(program), 'redis-cli': REDIS_CLI_SCRIPT });
  await pushImage(target, 'library/redis', tag, { layers: [layer] });
}

/** A layer of programs in /usr/local/bin. */
async function scriptsLayer(scripts: Readonly<Record<string, string>>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-stand-in-'));
  try {
    const programs = join(folder, 'usr/local/bin');
    await mkdir(programs, { recursive: true });
    for (const [name, text] of Object.entries(scripts)) await writeFile(join(programs, name), text, { mode: 0o755 });
    const file = join(folder, 'layer.tar.gz');
    await create({ file, cwd: folder, gzip: true, portable: true }, ['usr']);
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

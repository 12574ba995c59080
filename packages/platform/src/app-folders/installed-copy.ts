import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const manifest = z.object({ dependencies: z.record(z.string(), z.string()).default({}) });
const installed = z.object({ version: z.string() });

/**
 * A copy of an app's `app/` folder as `npm ci` leaves it, without asking the network: this repository has its dependencies too, and must
 * have the same version. Throws a sentence when it has another one.
 *
 * @param from where the dependencies are installed: a file of a package that has them
 */
export async function installedCopy(folder: string, from: string): Promise<AsyncDisposable & { folder: string }> {
  const copy = await mkdtemp(join(tmpdir(), 'keelson-app-'));
  const remove = () => rm(copy, { recursive: true });
  try {
    await cp(folder, copy, { recursive: true, filter: (file) => !file.includes('node_modules') });
    const { dependencies } = manifest.parse(JSON.parse(await readFile(join(copy, 'package.json'), 'utf8')));
    await mkdir(join(copy, 'node_modules'));
    for (const [name, version] of Object.entries(dependencies)) {
      const there = dirname(createRequire(from).resolve(`${name}/package.json`));
      const found = installed.parse(JSON.parse(await readFile(join(there, 'package.json'), 'utf8')));
      if (found.version !== version) throw new Error(`${name} is ${found.version} here, and ${version} in ${folder}`);
      await symlink(there, join(copy, 'node_modules', name));
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { folder: copy, [Symbol.asyncDispose]: remove };
}

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const manifest = z.object({ dependencies: z.record(z.string(), z.string()).default({}) });
const installed = z.object({ version: z.string() });

/**
 * Runs an app's own tests as CI does, in a copy, and returns what they printed. Its dependencies are not asked for in the network: this
 * repository has them too, and must have the same version.
 *
 * @param folder the app's `app/` folder
 * @param from where the dependencies are installed: a file of a package that has them
 */
export async function runOwnTests(folder: string, from: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'keelson-app-'));
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
    const { stdout } = await promisify(execFile)('npm', ['test'], { cwd: copy });
    return stdout;
  } finally {
    await rm(copy, { recursive: true });
  }
}

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { root } from './files.ts';
import type { Place } from './place.ts';

const version = z.object({ version: z.string() });

/**
 * Puts an `npx` on the PATH of a place that knows turbo and pnpm, in the versions of the workspace only, and takes packages from
 * pnpm's store only: what the workspace was installed from.
 */
export async function fakeNpx(place: Place): Promise<void> {
  const modules = join(root, 'node_modules');
  const [turbo, pnpm] = await Promise.all(
    ['turbo', 'pnpm'].map(async (name) => {
      const text = await readFile(join(modules, name, 'package.json'), 'utf8');
      return `${name}@${version.parse(JSON.parse(text)).version}`;
    }),
  );
  const { stdout } = await promisify(execFile)(join(modules, '.bin/pnpm'), ['store', 'path'], { cwd: root });
  await place.program(
    'npx',
    `#!/bin/sh
export PATH="${join(modules, 'node/bin')}:$PATH" CI=true TURBO_TELEMETRY_DISABLED=1
case "$1 $2" in
  "-y ${turbo}") shift 2; exec "${join(modules, '.bin/turbo')}" "$@" ;;
  "-y ${pnpm}") shift 2; exec "${join(modules, '.bin/pnpm')}" "$@" --offline --store-dir "${stdout.trim()}" ;;
esac
echo "npx $*: the workspace has ${turbo} and ${pnpm}" >&2
exit 1
`,
  );
}

import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shellWord } from '../../shell-word.ts';

/** Writes hooks/post-receive. It names its programs in full and drops what could bend them: it runs in the environment of whoever pushes. */
export async function installHook(bare: string, targetFile: string): Promise<void> {
  const program = fileURLToPath(new URL('./main.ts', import.meta.url));
  const words = [process.execPath, program, targetFile].map(shellWord).join(' ');
  const hook = join(bare, 'hooks', 'post-receive');
  await mkdir(join(bare, 'hooks'), { recursive: true });
  await writeFile(hook, `#!/bin/sh\nunset NODE_OPTIONS NODE_PATH\nexec ${words}\n`);
  await chmod(hook, 0o755);
}

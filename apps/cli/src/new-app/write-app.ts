import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AppFile } from './template.ts';

interface Plan {
  /** The app's folder. */
  readonly folder: string;
  readonly files: readonly AppFile[];
  /** An existing file and its new text. */
  readonly changed: { readonly path: string; readonly text: string };
}

/**
 * Writes an app completely or not at all: into a temporary folder first, then by one rename each. When anything fails, nothing is left and the
 * error is thrown.
 */
export async function writeApp({ folder, files, changed }: Plan): Promise<void> {
  const beside = await mkdtemp(join(dirname(folder), '.new-app-'));
  const whole = join(beside, 'app');
  const text = join(beside, 'changed');
  try {
    for (const { path, content, mode } of files) {
      await mkdir(dirname(join(whole, path)), { recursive: true });
      await writeFile(join(whole, path), content, { mode });
    }
    await writeFile(text, changed.text);
    await rename(whole, folder);
    await rename(text, changed.path).catch(async (error: unknown) => {
      await rm(folder, { recursive: true });
      throw error;
    });
  } finally {
    await rm(beside, { recursive: true });
  }
}

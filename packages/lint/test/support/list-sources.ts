import { glob } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** This package's own sources without their tests, relative to `test/`. */
export async function listSources(): Promise<readonly string[]> {
  const cwd = fileURLToPath(new URL('../../src', import.meta.url));
  const files: string[] = [];
  for await (const file of glob('**/*.ts', { cwd })) files.push(file);
  return files.filter((file) => !file.endsWith('.test.ts')).map((file) => `../src/${file}`);
}

import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

/** The repository's folder. */
export const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Every manifest that Flux reads, below the root. CI's files beside the apps' are none. */
export const files = globSync(['apps/*/*.yaml', '{clusters,infrastructure}/**/*.yaml'], { cwd: root }).toSorted();

/** The folders that kustomize builds, components among them. */
export const folders = files.filter((file) => file.endsWith('/kustomization.yaml')).map((file) => dirname(file));

/** Names of the folders in clusters/. */
export const clusters = globSync('*/', { cwd: join(root, 'clusters') }).toSorted();

export function textOf(file: string): Promise<string> {
  return readFile(join(root, file), 'utf8');
}

/** The documents of a YAML text that hold anything. Throws a sentence for what is no YAML, or doubles a key. */
export function documentsIn(text: string, name: string): unknown[] {
  return parseAllDocuments(text, { strict: true, uniqueKeys: true }).flatMap((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) throw new Error(`${name}: ${problem.message}`, { cause: problem });
    const value: unknown = document.toJS();
    return value === null ? [] : [value];
  });
}

export async function documentsOf(file: string): Promise<unknown[]> {
  return documentsIn(await textOf(file), file);
}

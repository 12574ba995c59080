import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Finding, RuleOptions } from '../../src/index.ts';
import { makeReport, readRepository } from '../../src/index.ts';

export type Tree = Readonly<Record<string, string>>;

/** Lints a repository of these files, which is written to a temporary folder. */
export async function lint(tree: Tree, options: Partial<RuleOptions> = {}): Promise<readonly Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'keelson-lint-'));
  try {
    for (const [file, text] of Object.entries(tree)) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
    }
    return makeReport('.', await readRepository(folder), { readers: [], ...options }).findings;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** `error never-built apps/shop.yaml:17`: a finding as one line. */
export function line({ severity, code, location }: Finding): string {
  return `${severity} ${code} ${location.file ?? location.object}${location.line === undefined ? '' : `:${location.line}`}`;
}

/** The findings whose code is one of these, as lines. */
export async function found(
  codes: readonly string[],
  tree: Tree,
  options: Partial<RuleOptions> = {},
): Promise<readonly string[]> {
  return (await lint(tree, options)).filter(({ code }) => codes.includes(code)).map(line);
}

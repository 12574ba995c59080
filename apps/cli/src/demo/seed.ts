import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** CI, and one app: what of this repository the demo's own begins with. */
const PATTERNS = ['.gitlab-ci.yml', '.gitlab/**/*.yml', 'apps/myapp/*.{yml,yaml}', 'apps/myapp/app/**'];

const README = `# The demo's repository

Push to \`staging\` or \`main\`; see what happens in the terminal where \`npm run demo\` runs.
This folder and all that you put into it are removed when the demo ends.
`;

/** Path in the repository → content. */
export async function seedFiles(): Promise<ReadonlyMap<string, string>> {
  const files = new Map([['README.md', README]]);
  for (const pattern of PATTERNS) {
    for await (const entry of glob(pattern, { cwd: ROOT, withFileTypes: true, exclude: isInstalled })) {
      if (!entry.isFile()) continue;
      const path = `${entry.parentPath}/${entry.name}`;
      files.set(path.slice(ROOT.length), await readFile(path, 'utf8'));
    }
  }
  return files;
}

function isInstalled({ name }: { readonly name: string }): boolean {
  return name === 'node_modules';
}

import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** What the demo's repository starts with: this repository's CI and one app. */
const patterns = ['.gitlab-ci.yml', '.gitlab/**/*.yml', 'apps/myapp/*.{yml,yaml}', 'apps/myapp/app/**'];

const readme = `# The demo's repository

Push to \`staging\` or \`main\`, and watch the terminal where \`npm run demo\` runs.
This folder and everything in it are removed when the demo ends.
`;

/** The files' contents by their paths in the repository. */
export async function seedFiles(): Promise<ReadonlyMap<string, string>> {
  const files = new Map([['README.md', readme]]);
  for (const pattern of patterns) {
    for await (const entry of glob(pattern, { cwd: root, withFileTypes: true, exclude: isInstalled })) {
      if (!entry.isFile()) continue;
      const path = `${entry.parentPath}/${entry.name}`;
      files.set(path.slice(root.length), await readFile(path, 'utf8'));
    }
  }
  return files;
}

function isInstalled({ name }: { readonly name: string }): boolean {
  return name === 'node_modules';
}

import type { WorkingCopy } from './working-copy.ts';

const packageFile = 'apps/myapp/app/package.json';
const main = 'apps/myapp/app/src/main.js';

const needsDatabase = `if (about.environment === 'production' && !process.env.DATABASE_URL) {
  console.error('Error: DATABASE_URL is not set');
  process.exit(1);
}
`;

/** The app's next minor version, which its page shows. Only the story's first push changes this line: later pushes must not conflict with it. */
export async function raiseVersion(copy: WorkingCopy): Promise<void> {
  await copy.edit(packageFile, nextMinor);
  await copy.commit('Raise the version');
}

/** A new image that runs everywhere. */
export async function change(copy: WorkingCopy, branch: string): Promise<void> {
  await noteChange(copy, branch, 'a change that runs everywhere');
  await copy.edit(main, (text) => text.replace(needsDatabase, ''));
  await copy.commit('Change nothing that breaks');
}

/** A commit that passes the app's tests and works in staging, and exits as soon as production starts it. */
export async function needDatabase(copy: WorkingCopy, branch: string): Promise<void> {
  await noteChange(copy, branch, 'visits are kept in a database');
  await copy.edit(main, (text) => text.replace(needsDatabase, '') + needsDatabase);
  await copy.commit('Keep visits in a database');
}

/** A text that CI builds nothing of. */
export async function writeDocs(copy: WorkingCopy): Promise<void> {
  await copy.edit('docs/branches.md', () => 'Production is `main`, staging is `staging`.\n');
  await copy.commit('Say which branch is which');
}

/** Each branch has a file of its own, so that merging one branch into the other never conflicts because of the demo's commits. */
function noteChange(copy: WorkingCopy, branch: string, text: string): Promise<void> {
  return copy.edit(
    `apps/myapp/app/CHANGES.${branch}.md`,
    (before) => `${before}- ${new Date().toISOString()}: ${text}\n`,
  );
}

function nextMinor(text: string): string {
  return text.replace(/("version": "\d+\.)(\d+)/, (_, start: string, minor: string) => `${start}${Number(minor) + 1}`);
}

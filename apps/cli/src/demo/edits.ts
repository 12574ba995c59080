import type { WorkingCopy } from './working-copy.ts';

const PACKAGE = 'apps/myapp/app/package.json';
const MAIN = 'apps/myapp/app/src/main.js';

const NEEDS_DATABASE = `if (about.environment === 'production' && !process.env.DATABASE_URL) {
  console.error('Error: DATABASE_URL is not set');
  process.exit(1);
}
`;

/** The app's next minor version: something that its page shows, and that runs everywhere. */
export async function raiseVersion(copy: WorkingCopy): Promise<void> {
  await copy.edit(PACKAGE, nextMinor);
  await copy.edit(MAIN, (text) => text.replace(NEEDS_DATABASE, ''));
  await copy.commit('Show a new version');
}

/** A commit that passes the app's tests and works in staging, and ends as soon as production starts it. */
export async function needDatabase(copy: WorkingCopy): Promise<void> {
  await copy.edit(PACKAGE, nextMinor);
  await copy.edit(MAIN, (text) => text.replace(NEEDS_DATABASE, '') + NEEDS_DATABASE);
  await copy.commit('Keep visits in a database');
}

function nextMinor(text: string): string {
  return text.replace(/("version": "\d+\.)(\d+)/, (_, start: string, minor: string) => `${start}${Number(minor) + 1}`);
}

export async function writeDocs(copy: WorkingCopy): Promise<void> {
  await copy.edit('README.md', (text) => `${text}\nProduction is \`main\`, staging is \`staging\`.\n`);
  await copy.commit('Say which branch is which');
}

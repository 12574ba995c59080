import { needDatabase, raiseVersion, writeDocs } from './edits.ts';
import type { WorkingCopy } from './working-copy.ts';

export const BRANCHES = ['main', 'staging'] as const;
export type Branch = (typeof BRANCHES)[number];

/** What is pushed: a new version, what staging has, one that production cannot run, the last commit undone, or a text beside the app. */
export const changes = {
  version: { told: 'a new version', make: raiseVersion },
  staging: { told: 'what staging has', make: (copy: WorkingCopy) => copy.merge('staging') },
  crash: { told: 'a version that needs a database which production does not have', make: needDatabase },
  revert: { told: 'the last commit undone', make: (copy: WorkingCopy) => copy.revert() },
  docs: { told: 'a line in README.md', make: writeDocs },
} as const satisfies Record<string, { told: string; make(copy: WorkingCopy): Promise<unknown> }>;

export type Change = keyof typeof changes;

/** What a developer does: `git checkout`, an edit, `git commit`, `git push`. Returns the commit. Throws what git says. */
export async function push(copy: WorkingCopy, branch: Branch, change: Change): Promise<string> {
  await copy.onto(branch);
  await changes[change].make(copy);
  return copy.push(branch);
}

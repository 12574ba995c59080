import { change, needDatabase, raiseVersion, writeDocs } from './edits.ts';
import type { WorkingCopy } from './working-copy.ts';

export const branches = ['main', 'staging'] as const;
export type Branch = (typeof branches)[number];

export type Change = 'version' | 'staging' | 'crash' | 'revert' | 'docs' | 'main' | 'change';

interface PushedChange {
  readonly description: string;
  readonly make: (copy: WorkingCopy, branch: Branch) => Promise<unknown>;
}

/** What the demo can push, with a description of it and how the commit is made. */
export const changes: Readonly<Record<Change, PushedChange>> = {
  version: { description: 'a new version', make: raiseVersion },
  staging: { description: 'what staging has', make: (copy) => copy.merge('staging') },
  crash: { description: 'a version that needs a database which production does not have', make: needDatabase },
  revert: { description: 'the last commit reverted', make: (copy) => copy.revert() },
  docs: { description: 'a text in docs/', make: writeDocs },
  main: { description: 'what main has', make: (copy) => copy.merge('main') },
  change: { description: 'a change that runs everywhere', make: change },
};

/**
 * What a developer does: `git checkout`, an edit, `git commit`, `git push`. Returns the commit.
 *
 * @throws Error with what git printed
 */
export async function push(copy: WorkingCopy, branch: Branch, change: Change): Promise<string> {
  await copy.onto(branch);
  await changes[change].make(copy, branch);
  return copy.push(branch);
}

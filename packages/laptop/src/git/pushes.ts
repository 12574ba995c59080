/** No commit: what a branch that is new was before, and what one that is deleted is after. */
export const noCommit = '0'.repeat(40);

/** A branch moved. */
export interface BranchPush {
  readonly branch: string;
  /** `noCommit` for a branch that is new. */
  readonly before: string;
  readonly commit: string;
}

const line = /^([0-9a-f]{40}) ([0-9a-f]{40}) refs\/heads\/(.+)$/;

/** Reads what git gives a post-receive hook. Tags are left out, and branches that were deleted: neither is built here. */
export function readPushes(input: string): readonly BranchPush[] {
  return input.split('\n').flatMap((each) => {
    const [, before, commit, branch] = line.exec(each) ?? [];
    if (before === undefined || commit === undefined || branch === undefined || commit === noCommit) return [];
    return [{ before, commit, branch }];
  });
}

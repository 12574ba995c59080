import type { Policy } from '@keelson/policy';

interface PolicyFacts {
  /** Whether Keel or Keelson rolls something out under it. */
  readonly followed: boolean;
  /** Whether `match-tag` means something to it. */
  readonly readsMatchTag: boolean;
}

/** What the rules have to know of each type of policy: a new one does not compile before its line is here. */
export const policyFacts: Readonly<Record<Policy['type'], PolicyFacts>> = {
  force: { followed: true, readsMatchTag: true },
  never: { followed: false, readsMatchTag: false },
  // Keel runs some of those that Keelson does not support.
  unsupported: { followed: true, readsMatchTag: false },
};

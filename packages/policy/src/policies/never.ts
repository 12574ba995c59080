import type { PolicyDefinition } from './policy.ts';

/** Show the workload, and never update it. */
export const never = {
  words: ['never'],
  docs: 'the workload is shown and never updated',
  read: () => ({ policy: { type: 'never' }, warnings: [] }),
  text: () => 'never',
  notFollowed: () => 'but the policy is "never"',
} as const satisfies PolicyDefinition<'never'>;

import type { Intent } from '@keelson/policy';

/** Whether a workload is to be updated: its policy is one that Keelson runs. */
export function isFollowed({ managed, policy }: Pick<Intent, 'managed' | 'policy'>): boolean {
  return managed && policy.type === 'force';
}

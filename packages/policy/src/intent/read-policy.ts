import { nearest } from '../nearest.ts';
import { policyWords, readKnownPolicy, whyNotFollowed } from '../policies/policies.ts';
import type { Policy } from '../policies/policy.ts';
import { cut, quote } from '../quote.ts';
import type { Warning } from '../warning.ts';
import type { Setting } from './settings.ts';

interface ManagedPolicy {
  readonly managed: boolean;
  readonly policy: Policy;
  readonly warnings: readonly Warning[];
}

const unmanaged: ManagedPolicy = { managed: false, policy: { type: 'never' }, warnings: [] };

/**
 * The policy that a workload requests. An unknown word counts as managed, so that the workload and its warning are shown, and as unsupported,
 * so that nothing is rolled out by a guess. So does a known policy while the workload requests approvals, which Keelson does not have.
 * Empty or absent: not managed.
 */
export function readPolicy(setting: Setting | undefined, matchTag: boolean, approvals: boolean): ManagedPolicy {
  if (!setting) return unmanaged;
  const { key, value } = setting;
  if (value === '') {
    const message = `${key} is empty, so Keelson leaves the workload alone; write "force" to follow its tag, or remove the key.`;
    return { ...unmanaged, warnings: [{ code: 'unreadable-value', key, message }] };
  }
  const known = readKnownPolicy(setting, { matchTag });
  if (!known) return { managed: true, policy: unsupported(cut(value, 80)), warnings: [unknownPolicy(setting)] };
  if (approvals && whyNotFollowed(known.policy) === undefined) {
    return { managed: true, policy: unsupported(`${cut(value, 80)} with approvals`), warnings: [] };
  }
  return { managed: true, ...known };
}

function unsupported(name: string): Policy {
  return { type: 'unsupported', name };
}

function unknownPolicy({ key, value }: Setting): Warning {
  const meant = nearest(value.split(':', 1)[0] ?? '', policyWords);
  const advice = meant ? `did you mean "${meant}"?` : 'write "force" to follow its tag.';
  const message = `${key} is ${quote(value)}, which is not a known policy: the workload is watched and shown, but not updated; ${advice}`;
  return { code: 'unknown-policy', key, message };
}

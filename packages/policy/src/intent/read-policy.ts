import { nearest } from '../nearest.ts';
import { cut, quote } from '../quote.ts';
import type { Policy, Warning } from '../types.ts';
import type { Setting } from './find-settings.ts';

export interface PolicyReading {
  readonly managed: boolean;
  readonly policy: Policy;
  readonly warnings: readonly Warning[];
}

const UNMANAGED: PolicyReading = { managed: false, policy: { type: 'never' }, warnings: [] };

/** Policies of Keel and Flux that are known and not run yet; those with a colon take a pattern. */
const LATER = ['all', 'major', 'minor', 'patch', 'glob:', 'regexp:', 'semver:'];
const WORDS = ['force', 'never', ...LATER];

/**
 * The policy, as it is spelled: `force`, `never`, or one that is not run yet. An unknown word counts as managed, so that the workload and its
 * warning are seen, and as not-yet, so that nothing is rolled out by a guess. Empty or absent: not managed.
 */
export function readPolicy(setting: Setting | undefined, matchTag: boolean, approval: boolean): PolicyReading {
  if (!setting) return UNMANAGED;
  const { key, value } = setting;
  if (value === '') {
    const message = `${key} is empty, so Keelson leaves the workload alone; write "force" to follow its tag, or remove the key.`;
    return { ...UNMANAGED, warnings: [{ code: 'unreadable-value', key, message }] };
  }
  if (value === 'never') return { managed: true, policy: { type: 'never' }, warnings: [] };
  if (value !== 'force')
    return { managed: true, policy: { type: 'unsupported', name: cut(value, 80) }, warnings: [notRun(setting)] };
  if (approval) return { managed: true, policy: { type: 'unsupported', name: 'force with approvals' }, warnings: [] };
  return {
    managed: true,
    policy: { type: 'force', matchTag },
    warnings: matchTag || setting.own ? [] : [followsTag(setting)],
  };
}

function notRun({ key, value }: Setting): Warning {
  if (LATER.some((word) => (word.endsWith(':') ? value.startsWith(word) : value === word))) {
    const message = `${key} is ${quote(value)}, a policy that Keelson does not run yet: the workload is watched and shown, but not updated.`;
    return { code: 'unsupported', key, message };
  }
  const meant = nearest(value.split(':', 1)[0] ?? '', WORDS);
  const advice = meant ? `did you mean "${meant}"?` : 'write "force" to follow its tag.';
  const message = `${key} is ${quote(value)}, which is no policy: the workload is watched and shown, but not updated; ${advice}`;
  return { code: 'unknown-policy', key, message };
}

/** Keel's documentation promises the digest of the same tag; Keel's code moves to the highest version or the first tag listed. */
function followsTag({ key }: Setting): Warning {
  const message = `${key} is "force" without a match-tag: Keelson follows the digest of the tag in the manifest, as Keel's documentation says, while Keel itself moves to other tags; write keel.sh/match-tag: "true" to mean the same to both.`;
  return { code: 'force-follows-tag', key, message };
}

import type { Setting } from '../intent/settings.ts';
import type { Warning } from '../warning.ts';
import type { PolicyDefinition } from './policy.ts';

/** Follow the digest of the tag that the manifest names. */
export const force = {
  words: ['force'],
  docs: 'follows the digest of the tag in the manifest',
  read: (setting, { matchTag }) => ({
    policy: { type: 'force', matchTag },
    warnings: matchTag || setting.own ? [] : [followsTag(setting)],
  }),
  text: ({ matchTag }) => (matchTag ? 'force, match-tag' : 'force'),
} as const satisfies PolicyDefinition<'force'>;

/** Keel's documentation promises the digest of the same tag; Keel's code moves to the highest version or the first tag listed. */
function followsTag({ key }: Setting): Warning {
  const message = `${key} is "force" without a match-tag: Keelson follows the digest of the tag in the manifest, as Keel's documentation says, while Keel itself moves to other tags; write keel.sh/match-tag: "true" to mean the same to both.`;
  return { code: 'force-follows-tag', key, message };
}

import { nearest } from '../nearest.ts';
import { quote } from '../quote.ts';
import type { Intent, Warning } from '../types.ts';
import type { Setting } from './find-settings.ts';

/** Words by which people name Keel's default: to Keel, everything but `poll` means it. */
const HINTS = ['default', 'webhook', 'webhooks', 'hint', 'pubsub', 'approval'];

/** The trigger. Unset it is `poll` under our own policy key and Keel's default under Keel's. */
export function readTrigger(
  setting: Setting | undefined,
  policy: Setting | undefined,
): { readonly trigger: Intent['trigger']; readonly warnings: readonly Warning[] } {
  if (!setting) return { trigger: policy?.own ? 'poll' : 'webhook', warnings: [] };
  const { key, value } = setting;
  if (value === 'poll') return { trigger: 'poll', warnings: [] };
  if (HINTS.includes(value)) return { trigger: 'webhook', warnings: [] };
  const meant = nearest(value, ['poll', ...HINTS]) ?? 'poll';
  const message = `${key} is ${quote(value)}, which is no trigger: Keelson looks only when a webhook or a person asks; write "${meant}".`;
  return { trigger: 'webhook', warnings: [{ code: 'unknown-trigger', key, message }] };
}

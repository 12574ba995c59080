import { cut, quote } from '../quote.ts';
import type { PolicyDefinition } from './policy.ts';

/** Policies of Keel and Flux that Keelson knows and does not support yet. One that gets a file of its own leaves this list. */
export const unsupported = {
  words: ['all', 'major', 'minor', 'patch', 'glob:', 'regexp:', 'semver:'],
  docs: 'recognised, and not supported yet: the workload is shown and not updated',
  read: ({ key, value }) => ({
    policy: { type: 'unsupported', name: cut(value, 80) },
    warnings: [
      {
        code: 'unsupported',
        key,
        message: `${key} is ${quote(value)}, a policy that Keelson does not support yet: the workload is watched and shown, but not updated.`,
      },
    ],
  }),
  text: ({ name }) => `${name} (unsupported)`,
  notFollowed: ({ name }) => `but the policy ${JSON.stringify(name)} is not supported`,
} as const satisfies PolicyDefinition<'unsupported'>;

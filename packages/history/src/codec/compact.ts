import { z } from 'zod';
import type { ImageVersion, RolloutState, Trigger } from '../rollouts/types.ts';

type Digest = NonNullable<ImageVersion['digest']>;

/** One letter each; part of the stored format, so letters are only ever added. */
export const stateLetters = {
  pending: 'p',
  verifying: 'v',
  unproven: 'n',
  succeeded: 's',
  failed: 'f',
  superseded: 'u',
  cancelled: 'c',
} as const satisfies Record<RolloutState, string>;

export const triggerLetters = {
  poll: 'p',
  webhook: 'w',
  manual: 'm',
  start: 's',
  verdict: 'v',
  guard: 'g',
} as const satisfies Record<Trigger, string>;

/** A schema that reads a letter back to its name. */
export function lettered<const Name extends string>(letters: Readonly<Record<Name, string>>) {
  const names = new Map<string, Name>();
  for (const name in letters) names.set(letters[name], name);
  return z.string().transform((letter, context): Name => {
    const name = names.get(letter);
    if (name !== undefined) return name;
    context.addIssue({ code: 'custom', message: `unknown letter ${letter}` });
    return z.NEVER;
  });
}

/** A sha256 digest, 32 bytes, in 43 characters of base64url. */
export function packDigest(digest: Digest): string {
  return Buffer.from(digest.slice('sha256:'.length), 'hex').toString('base64url');
}

export const packedDigest = z
  .string()
  .regex(/^[\w-]{43}$/)
  .transform((text): Digest => `sha256:${Buffer.from(text, 'base64url').toString('hex')}`);

const sha1 = /^[0-9a-f]{40}$/;

/** A full git hash in 28 characters: `~` and base64url. Any other text as it is, with one more `~` in front where it begins with one. */
export function packCommit(commit: string): string {
  if (sha1.test(commit)) return `~${Buffer.from(commit, 'hex').toString('base64url')}`;
  return commit.startsWith('~') ? `~${commit}` : commit;
}

export const packedCommit = z.string().transform((text) => {
  if (!text.startsWith('~')) return text;
  return text.startsWith('~~') ? text.slice(1) : Buffer.from(text.slice(1), 'base64url').toString('hex');
});

/** Whole seconds in UTC as a number of seconds since the epoch, any other spelling as it is, so that decoding returns the same text. */
export function packTime(time: string): string | number {
  const seconds = Date.parse(time) / 1_000;
  return Number.isSafeInteger(seconds) && formatSeconds(seconds) === time ? seconds : time;
}

export const packedTime = z.union([z.string(), z.int().transform(formatSeconds)]);

function formatSeconds(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
}

import { escapeText, maskSecrets } from '@keelson/core';
import { z } from 'zod';
import { parseJson } from '../json.ts';
import type { Credential } from '../types.ts';
import { withoutCredentials } from './without-credentials.ts';

/** In characters. */
const longest = 200;
/** No message needs more of a response; in bytes. */
const mostRead = 16_384;

const text = z.string().optional().catch(undefined);
/** What registries name a message; a code is better than nothing. */
const names = ['message', 'error_description', 'details', 'detail', 'msg', 'error', 'code'] as const;
const named = z.object({
  message: text,
  error_description: text,
  details: text,
  detail: text,
  msg: text,
  error: text,
  code: text,
});
/** The errors of the distribution specification, of OAuth 2 (RFC 6749 §5.2), of Docker Hub, and of gateways before them. */
const errorAnswer = named.extend({
  errors: z.array(named).optional().catch(undefined),
  error: z.union([z.string(), named]).optional().catch(undefined),
});

/**
 * What a response says about an error, for people: one line of printable text, at most 200 characters, without the credential that was sent and
 * without anything that looks like a secret. '' where it says nothing.
 */
export function messageIn(body: Buffer, credential: Credential | undefined): string {
  const { data } = errorAnswer.safeParse(parseJson(body.subarray(0, mostRead).toString('utf8')));
  const message = data === undefined ? '' : messageOf(data);
  const masked = maskSecrets(withoutCredentials(message, [credential]));
  return escapeText(masked.replaceAll(/\s+/g, ' ').trim())
    .slice(0, longest)
    .replace(/[.\s]+$/, '');
}

function messageOf({ errors, error, ...rest }: z.infer<typeof errorAnswer>): string {
  const own = typeof error === 'object' ? [error, rest] : [{ ...rest, error }];
  const texts = [...(errors ?? []).slice(0, 1), ...own].flatMap((one: Partial<z.infer<typeof named>>) =>
    names.map((name) => one[name]),
  );
  return texts.find((candidate) => candidate?.trim()) ?? '';
}

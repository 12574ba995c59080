import { escapeText, maskSecrets } from '@keelson/core';
import { z } from 'zod';
import { parseJson } from '../json.ts';
import type { Credential } from '../types.ts';
import { basicAuthorization } from './basic.ts';

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
  const masked = maskSecrets(withoutCredential(message, credential));
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

/** Takes credentials that were sent out of what an error and its causes say: a registry may name them in a redirect, a realm or a type. */
export function hideCredentials(error: unknown, credentials: readonly (Credential | undefined)[]): void {
  for (let each = error; each instanceof Error; each = each.cause) {
    const message = credentials.reduce(withoutCredential, each.message);
    // The message of an abort cannot be set, and names nothing of a registry.
    if (message === each.message) continue;
    each.message = message;
    if (each.stack !== undefined) each.stack = credentials.reduce(withoutCredential, each.stack);
  }
}

function withoutCredential(message: string, credential: Credential | undefined): string {
  return secretsOf(credential).reduce((left, secret) => left.replaceAll(secret, '[secret]'), message);
}

function secretsOf(credential: Credential | undefined): string[] {
  if (credential === undefined) return [];
  const secret = credential.type === 'basic' ? credential.password : credential.token;
  const encoded = basicAuthorization(credential)?.slice('Basic '.length) ?? '';
  return [secret, encodeURIComponent(secret), encoded, encoded.replace(/=+$/, '')].filter((each) => each !== '');
}

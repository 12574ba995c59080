import { bounds } from '@keelson/core';
import { z } from 'zod';
import { failed } from '../errors.ts';
import { follow } from '../http/follow.ts';
import { retryableStatusError } from '../http/retryable-status.ts';
import type { HttpRequest, HttpResponse } from '../http/types.ts';
import { parseJson } from '../json.ts';
import type { Credential } from '../types.ts';
import { basicAuthorization } from './basic.ts';
import { messageIn } from './message-in.ts';
import type { Scheme } from './scheme.ts';

export interface Token {
  readonly value: string;
  /** Milliseconds since the epoch; from then on it is not used. */
  readonly expires: number;
  /** The scope that it was requested for, to request the same again. */
  readonly scope: string;
}

export interface TokenRequest {
  readonly scheme: Extract<Scheme, { type: 'bearer' }>;
  readonly scope: string;
  readonly credential: Credential | undefined;
  /** The registry that named the realm. */
  readonly host: string;
  /** For messages: `a token from auth.example.com`. */
  readonly subject: string;
  readonly maxBodyBytes: number;
}

/** The lifetime of a token that names none, by the specification (distribution docs, spec/auth/token.md). */
const defaultSeconds = 60;

/** What a header may carry. */
const value = z
  .string()
  .max(bounds.tokenChars)
  .regex(/^[\x21-\x7E]+$/)
  .optional()
  .catch(undefined);

const tokenAnswer = z
  .object({
    token: value,
    access_token: value,
    expires_in: z.coerce.number().positive().catch(defaultSeconds),
  })
  .transform(({ token, access_token, expires_in }) => ({ value: token ?? access_token, seconds: expires_in }));

/** The realm refused the credential. */
export interface Refusal {
  /** What the realm said; '' where it said nothing. */
  readonly says: string;
}

/**
 * Requests a token from the realm: GET with Basic or nothing (spec/auth/token.md), or POST with a refresh token (spec/auth/oauth.md).
 *
 * @throws RegistryError with the registry's host, since the registry cannot be used without its realm
 */
export async function fetchToken(
  { scheme, scope, credential, host, subject, maxBodyBytes }: TokenRequest,
  send: (request: HttpRequest) => Promise<HttpResponse>,
  now: () => number,
): Promise<Token | Refusal> {
  const request = requestFor(scheme, scope, credential);
  const message = { ...request, host, subject, maxBodyBytes };
  // A refresh token in a body must not go elsewhere.
  const response = await (request.method === 'GET' ? follow(message, send) : send(message));
  if ([400, 401, 403].includes(response.status)) return { says: messageIn(response.body, credential) };
  const error = retryableStatusError(response, { host, subject }, now());
  if (error !== undefined) throw error;
  const read = tokenAnswer.safeParse(parseJson(response.body.toString('utf8')));
  const value = read.data?.value;
  if (response.status !== 200 || read.data === undefined || value === undefined) {
    const says = messageIn(response.body, credential);
    const problem = `the response (${response.status}) holds no token${says === '' ? '' : `: ${says}`}`;
    throw failed('protocol', { host, subject }, problem);
  }
  // A token that expires during a request costs two requests more, so a tenth of its lifetime, at most 15 s, is a margin.
  const lifetime = read.data.seconds * 1_000;
  return { value, scope, expires: now() + lifetime - Math.min(lifetime / 10, 15_000) };
}

function requestFor(
  { realm, service }: TokenRequest['scheme'],
  scope: string,
  credential: Credential | undefined,
): Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'> {
  const about = { ...(service === undefined ? {} : { service }), scope };
  if (credential?.type === 'identity-token') {
    const form = { grant_type: 'refresh_token', client_id: 'keelson', ...about, refresh_token: credential.token };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url: realm, headers, body: new URLSearchParams(form).toString() };
  }
  const url = new URL(realm);
  for (const [name, value] of Object.entries(about)) url.searchParams.set(name, value);
  const authorization = basicAuthorization(credential);
  return { method: 'GET', url, headers: authorization === undefined ? {} : { authorization } };
}

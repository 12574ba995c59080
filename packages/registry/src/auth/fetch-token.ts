import { z } from 'zod';
import { failed } from '../errors.ts';
import type { Answer, Request } from '../http/exchange.ts';
import { troubleOf } from '../http/trouble.ts';
import { parseJson } from '../json.ts';
import type { Credential } from '../types.ts';
import { basicAuthorization } from './basic.ts';
import type { Scheme } from './scheme.ts';

export interface Token {
  readonly value: string;
  /** Milliseconds since the epoch; from then on it is not used. */
  readonly expires: number;
  /** What it was asked for, to ask for the same again. */
  readonly scope: string;
}

export interface TokenRequest {
  readonly scheme: Extract<Scheme, { type: 'bearer' }>;
  readonly scope: string;
  readonly credential: Credential | undefined;
  /** The registry that named the realm. */
  readonly host: string;
  /** For messages: what is asked for on its behalf. */
  readonly asked: string;
  readonly maxBodyBytes: number;
}

/** What the specification gives a token that names no lifetime (distribution docs, spec/auth/token.md). */
const defaultSeconds = 60;

const tokenAnswer = z
  .object({
    token: z.string().min(1).optional().catch(undefined),
    access_token: z.string().min(1).optional().catch(undefined),
    expires_in: z.coerce.number().positive().catch(defaultSeconds),
  })
  .transform(({ token, access_token, expires_in }) => ({ value: token ?? access_token, seconds: expires_in }));

/**
 * Asks the realm for a token: GET with Basic or nothing (spec/auth/token.md), or POST with a refresh token (spec/auth/oauth.md).
 * Undefined where the realm refuses the credential.
 *
 * @throws RegistryError naming the registry, since it is the one that cannot be used without its realm
 */
export async function fetchToken(
  { scheme, scope, credential, host, asked, maxBodyBytes }: TokenRequest,
  send: (request: Request) => Promise<Answer>,
  now: () => number,
): Promise<Token | undefined> {
  const request = requestFor(scheme, scope, credential);
  const answer = await send({ ...request, host, asked, maxBodyBytes });
  if ([400, 401, 403].includes(answer.status)) return undefined;
  const trouble = troubleOf(answer, { host, asked }, now());
  if (trouble !== undefined) throw trouble;
  const read = tokenAnswer.safeParse(parseJson(answer.body.toString('utf8')));
  const value = read.data?.value;
  if (answer.status !== 200 || read.data === undefined || value === undefined) {
    throw failed('protocol', { host, asked }, `the answer (${answer.status}) holds no token`);
  }
  // A token that ends under way costs two requests more; a tenth of its lifetime, at most 15 s, is kept as a margin.
  const lifetime = read.data.seconds * 1_000;
  return { value, scope, expires: now() + lifetime - Math.min(lifetime / 10, 15_000) };
}

function requestFor(
  { realm, service }: TokenRequest['scheme'],
  scope: string,
  credential: Credential | undefined,
): Pick<Request, 'method' | 'url' | 'headers' | 'body'> {
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

import type { Asked, RegistryError } from '../errors.ts';
import { failed } from '../errors.ts';
import type { Answer } from './exchange.ts';
import { retryAfter } from './retry-after.ts';

/** The error for an answer that means "not now": 429 and 5xx, with the moment that `Retry-After` names. */
export function troubleOf({ status, headers }: Answer, asked: Asked, now: number): RegistryError | undefined {
  if (status !== 429 && status < 500) return undefined;
  const wait = retryAfter(headers['retry-after'], now);
  const options = wait === undefined ? {} : { retryAt: now + wait };
  if (status === 429) return failed('rate-limited', asked, 'it answered 429, too many requests', options);
  return failed('unavailable', asked, `it answered ${status}`, options);
}

import { ReplyError } from 'ioredis';
import { expect, it } from 'vitest';
import { createExplain, RedisError } from './index.ts';

class ShelfError extends RedisError<'corrupt'> {
  override readonly name = 'ShelfError';
}

const explain = createExplain(ShelfError, [[/^WRONGTYPE/, 'corrupt', 'Another shelf’s book.']]);

it.each([
  ["READONLY You can't write against a read only replica.", 'readonly', true, /primary/],
  ['MISCONF Redis is configured to save RDB snapshots', 'readonly', true, /disk/],
  ['NOAUTH Authentication required.', 'denied', false, /user and password/],
  ['WRONGPASS invalid username-password pair', 'denied', false, /user and password/],
  ['NOPERM this user has no permissions', 'denied', false, /^This user of Redis may not do that\./],
  [
    "ERR The user executing the script can't run this command",
    'denied',
    false,
    /^This user of Redis may not do that\./,
  ],
  ['LOADING Redis is loading the dataset in memory', 'unavailable', true, /not ready/],
  [
    'Reached the max retries per request limit (which is 1). Refer to "maxRetriesPerRequest" option for details.',
    'unavailable',
    true,
    /^Redis cannot be reached\. Check that it runs, and REDIS_URL and KEELSON_REDIS_CA where they are set\.$/,
  ],
  [
    'self-signed certificate in certificate chain; if the root CA is installed locally, try running Node.js with --use-system-ca',
    'unavailable',
    true,
    /KEELSON_REDIS_CA\.$/,
  ],
  ['unable to verify the first certificate', 'unavailable', true, /KEELSON_REDIS_CA\.$/],
  [
    "Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list",
    'unavailable',
    true,
    /another name than the host in REDIS_URL/,
  ],
  ['WRONGTYPE Operation against a key', 'corrupt', false, /^Another shelf’s book\.$/],
  [
    'connect ECONNREFUSED 127.0.0.1:1',
    'unavailable',
    true,
    /^Redis did not answer: connect ECONNREFUSED 127\.0\.0\.1:1$/,
  ],
])('explain says what to do about "%s"', (reply, code, retryable, message) => {
  const cause = new Error(reply);

  const error = explain(cause);

  expect(error).toBeInstanceOf(ShelfError);
  expect(error).toMatchObject({ code, retryable, cause });
  expect(error.message).toMatch(message);
});

it('explain does not say that Redis is silent when it answered with an error (law 16)', () => {
  expect(explain(new ReplyError('ERR invalid stream ID'))).toMatchObject({
    code: 'refused',
    retryable: true,
    message: 'Redis answered with an error: ERR invalid stream ID',
  });
});

it('explain never repeats a password (law 12)', () => {
  expect(explain(new Error('redis://me:hush@host:1 is away')).message).toBe(
    'Redis did not answer: redis://me:[secret]@host:1 is away',
  );
});

it('explain returns an error of its own class unchanged', () => {
  const error = new ShelfError('full', { code: 'full' });
  expect(explain(error)).toBe(error);
});

import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { targetOf } from './index.ts';

it.each([
  [{ redisUrl: 'redis://a', redisCa: '/x' }, /KEELSON_REDIS_CA is set, and REDIS_URL begins with redis:\/\/.*rediss:/],
  [
    { redisUrl: 'rediss://a', redisCa: '/no/such/file' },
    /KEELSON_REDIS_CA names \/no\/such\/file, which cannot be read/,
  ],
  [{ redisUrl: 'rediss://a', redisCa: fileURLToPath(import.meta.url) }, /has no certificate in PEM form/],
])('targetOf says which setting to change for %o', (settings, message) => {
  expect(() => targetOf(settings)).toThrow(message);
});

it('a scheme in capitals is TLS too, and not plain text (law 17)', () => {
  expect(targetOf({ redisUrl: 'REDISS://me:x@host' })).toBe('rediss://me:x@host');
});

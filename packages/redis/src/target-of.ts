import { readFileSync } from 'node:fs';
import type { RedisTarget } from './connect.ts';

/** The settings that name a Redis. */
export interface RedisSettings {
  readonly redisUrl: string;
  /** Path of a PEM file with the CA of its certificate. Absent: the CAs that Node.js knows. */
  readonly redisCa?: string;
}

/**
 * The Redis that the settings name, with its CA as the file has it now.
 *
 * @throws Error that names the setting to change
 */
export function targetOf({ redisUrl, redisCa }: RedisSettings): RedisTarget {
  // The client takes only this spelling for TLS, and any other for none.
  const url = redisUrl.replace(/^rediss:/i, 'rediss:');
  if (redisCa === undefined) return url;
  if (!url.startsWith('rediss:')) {
    throw new Error('KEELSON_REDIS_CA is set, and REDIS_URL begins with redis://, without TLS: write rediss://.');
  }
  return { url, ca: pemIn(redisCa) };
}

function pemIn(path: string): string {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`KEELSON_REDIS_CA names ${path}, which cannot be read. Check that it is there, and its rights.`, {
      cause,
    });
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new Error(`KEELSON_REDIS_CA names ${path}, which has no certificate in PEM form.`);
}

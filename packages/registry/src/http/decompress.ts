import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { BodyTooLongError } from './read-body.ts';

const unzip = promisify(gunzip);

/** A body is not of the encoding that its headers name. */
export class EncodingError extends Error {
  override readonly name = 'EncodingError';
}

/**
 * The content of a body of this `Content-Encoding`, up to `limit` bytes. It was not requested compressed, but proxies compress all the same, and what
 * nodes use reads it.
 *
 * @throws BodyTooLongError, EncodingError
 */
export async function decompress(body: Buffer, encoding: string, limit: number): Promise<Buffer> {
  if (body.length === 0 || !/^(?:x-)?gzip$/i.test(encoding.trim())) return body;
  try {
    return await unzip(body, { maxOutputLength: limit });
  } catch (cause) {
    const isLong = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    throw isLong ? new BodyTooLongError(limit) : new EncodingError('no gzip', { cause });
  }
}

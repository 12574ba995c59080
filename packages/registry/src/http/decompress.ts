import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { BodyTooLongError } from './read-body.ts';

/** A body is not of the encoding that its headers name. */
export class EncodingError extends Error {
  override readonly name = 'EncodingError';
}

export interface DecompressOptions {
  readonly limit: number;
  /** A kilobyte may become a megabyte, which has to be hashed and parsed: few at the same time. @default at once */
  readonly inLine?: ((run: () => Promise<Buffer>) => Promise<Buffer>) | undefined;
}

/**
 * The content of a body of this `Content-Encoding`, up to `limit` bytes. It was not requested compressed, but proxies compress all the same, and what
 * nodes use reads it.
 *
 * @throws BodyTooLongError, EncodingError
 */
export async function decompress(
  body: Buffer,
  encoding: string,
  { limit, inLine = (run) => run() }: DecompressOptions,
): Promise<Buffer> {
  if (body.length === 0 || !/^(?:x-)?gzip$/i.test(encoding.trim())) return body;
  try {
    return await inLine(() => promisify(zlib.gunzip)(body, { maxOutputLength: limit }));
  } catch (cause) {
    const isLong = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    throw isLong ? new BodyTooLongError(limit) : new EncodingError('no gzip', { cause });
  }
}

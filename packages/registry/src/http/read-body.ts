import { bounds } from '@keelson/core';

/** A body is longer than its limit. */
export class BodyTooLongError extends Error {
  override readonly name = 'BodyTooLongError';
  readonly limit: number;

  constructor(limit: number) {
    super(`more than ${limit} bytes`);
    this.limit = limit;
  }
}

/** How many bytes were read before an error, as far as it says. */
export function readOf(error: unknown): number {
  if (error instanceof BodyTooLongError) return error.limit;
  return error instanceof Error ? readOf(error.cause) : 0;
}

export interface BodyLimits {
  readonly limit: number;
  /** What the headers say of its length. */
  readonly declared?: number | undefined;
  /** Runs what reads on where a body is long. @default at once */
  readonly inLine?: (read: () => Promise<Buffer>) => Promise<Buffer>;
}

type Chunks = AsyncIterator<Uint8Array>;

/** Reads a body up to `limit` bytes, a long one once it is its turn. @throws BodyTooLongError past it */
export async function readBody(
  body: AsyncIterable<Uint8Array>,
  { limit, declared = 0, inLine = (read) => read() }: BodyLimits,
): Promise<Buffer> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    if (declared > limit) throw new BodyTooLongError(limit);
    const start = await readUpTo(chunks, Math.min(limit, bounds.shortBodyBytes), []);
    if (start.ended) return Buffer.concat(start.read);
    if (start.length > limit) throw new BodyTooLongError(limit);
    return await inLine(async () => {
      const all = await readUpTo(chunks, limit, start.read);
      if (!all.ended) throw new BodyTooLongError(limit);
      return Buffer.concat(all.read);
    });
  } finally {
    // Destroys the stream where it has not ended, and with it the connection.
    await chunks.return?.();
  }
}

/** The start of a body: what is past `limit` bytes is not read. */
export async function readStart(body: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer> {
  const chunks = body[Symbol.asyncIterator]();
  const { read } = await readUpTo(chunks, limit, []);
  await chunks.return?.();
  return Buffer.concat(read).subarray(0, limit);
}

/** Reads on from `read`, until there is more than `limit`. */
async function readUpTo(
  chunks: Chunks,
  limit: number,
  read: Uint8Array[],
): Promise<{ readonly read: Uint8Array[]; readonly length: number; readonly ended: boolean }> {
  let length = read.reduce((sum, chunk) => sum + chunk.length, 0);
  while (length <= limit) {
    const next = await chunks.next();
    if (next.done) return { read, length, ended: true };
    read.push(next.value);
    length += next.value.length;
  }
  return { read, length, ended: false };
}

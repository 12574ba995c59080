/** A body is longer than its limit. */
export class BodyTooLongError extends Error {
  override readonly name = 'BodyTooLongError';
}

/** Reads a body up to `limit` bytes. @throws BodyTooLongError past it */
export async function readBody(body: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    // Leaving the loop destroys the stream, and with it the connection.
    if (length > limit) throw new BodyTooLongError(`more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

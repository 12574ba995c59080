/** Thrown where a body is longer than it may be. */
export class TooLong extends Error {
  override readonly name = 'TooLong';
}

/** Reads a body up to `limit` bytes. @throws TooLong past it */
export async function readBody(body: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    // Leaving the loop destroys the stream, and with it the connection.
    if (length > limit) throw new TooLong(`more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

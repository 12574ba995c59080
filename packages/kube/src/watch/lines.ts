import { KubeError } from '../http/kube-error.ts';

const newline = 0x0a;

/**
 * Splits a stream of bytes into lines, without line ends and without empty lines. Each line is decoded as a whole, so a character that two chunks
 * share stays intact.
 *
 * @throws KubeError `protocol` when a line is longer than `longest` bytes: the other side is not a watch, or memory is at stake.
 */
export async function* lines(chunks: AsyncIterable<Buffer>, longest: number): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      parts.push(chunk.subarray(from, end));
      const line = Buffer.concat(parts).toString('utf8');
      parts = [];
      size = 0;
      from = end + 1;
      if (line !== '') yield line;
    }
    if (from === chunk.length) continue;
    parts.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > longest)
      throw new KubeError(`The API server sent a line of more than ${longest} bytes.`, { code: 'protocol' });
  }
  const rest = Buffer.concat(parts).toString('utf8');
  if (rest !== '') yield rest;
}

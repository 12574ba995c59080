import { describe, expect, it } from 'vitest';
import { lines } from './lines.ts';

async function* chunks(...parts: readonly (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part);
}

async function all(source: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of source) found.push(line);
  return found;
}

async function cut(parts: readonly (string | Buffer)[], longest = 100): Promise<string[]> {
  return all(lines(chunks(...parts), longest));
}

describe('lines', () => {
  it.each([
    ['one chunk', ['a\nb\n'], ['a', 'b']],
    ['a line over several chunks', ['a', 'b', 'c\nd', '\n'], ['abc', 'd']],
    ['no newline at the end', ['a\nb'], ['a', 'b']],
    ['empty lines', ['\n\na\n\n'], ['a']],
    ['nothing', [], []],
  ])('cuts lines from %s', async (_what, parts, expected) => {
    expect(await cut(parts)).toEqual(expected);
  });

  it('keeps a character whole that two chunks share', async () => {
    const bytes = Buffer.from('grüße\n');

    expect(await cut([bytes.subarray(0, 3), bytes.subarray(3)])).toEqual(['grüße']);
  });

  it('refuses a line that is too long before it is read whole', async () => {
    const endless = (async function* () {
      for (;;) yield Buffer.alloc(10, 'x');
    })();

    await expect(all(lines(endless, 100))).rejects.toMatchObject({ code: 'protocol' });
  });

  it('accepts any number of lines of the longest length', async () => {
    expect(await cut(Array.from({ length: 50 }, () => `${'x'.repeat(90)}\n`))).toHaveLength(50);
  });
});

import { bounds } from '@keelson/core';
import { expect, it } from 'vitest';
import { readBody } from './read-body.ts';

it.each([
  ['is short', bounds.shortBodyBytes, 0],
  ['is long', bounds.shortBodyBytes + 1, 1],
])('a body that %s stands in line only where it may hold up others (law 17)', async (_, bytes, expected) => {
  let waited = 0;
  const inLine = (read: () => Promise<Buffer>) => {
    waited += 1;
    return read();
  };

  const chunks = (async function* () {
    yield new Uint8Array(bytes);
  })();

  expect(await readBody(chunks, { limit: 10 * bounds.shortBodyBytes, inLine })).toHaveLength(bytes);
  expect(waited).toBe(expected);
});

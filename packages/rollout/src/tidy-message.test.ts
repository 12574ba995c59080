import { describe, expect, it } from 'vitest';
import { tidyMessage } from './tidy-message.ts';

describe('tidyMessage', () => {
  it.each([
    [
      'failed to do request: Get "https://blobs.example/a?X-Amz-Signature=abc&X-Amz-Security-Token=def": EOF',
      'failed to do request: Get "https://blobs.example/a": EOF',
    ],
    ['Get https://robot:hunter2@registry.example/v2/: 401', 'Get https://registry.example/v2/: 401'],
    ['  secret "db" not found? ', 'secret "db" not found?'],
  ])('tidyMessage removes credentials and queries from: %s', (message, tidy) => {
    expect(tidyMessage(message)).toBe(tidy);
  });

  it('tidyMessage keeps 1,000 characters', () => {
    expect(tidyMessage('x'.repeat(5_000))).toHaveLength(1_000);
  });
});

import { bounds } from '@keelson/core';
import { expect, it } from 'vitest';
import { clipEvent } from './events-for.ts';

it('an event keeps less of a message than a record does (law 17)', () => {
  expect(clipEvent('It crashed. '.repeat(bounds.messageChars / 12))).toHaveLength(bounds.eventChars);
});

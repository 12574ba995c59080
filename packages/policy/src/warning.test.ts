import { bounds } from '@keelson/core';
import { expect, it } from 'vitest';
import { fewWarnings } from './warning.ts';

it('a warning is shown with as much of its key and its message as any real one has (law 17)', () => {
  const long = 'x'.repeat(10 * bounds.messageChars);

  const [warning] = fewWarnings([{ code: 'ineffective-annotation', key: long, message: long }]);

  expect(warning?.key?.length).toBe(bounds.warningKeyChars + 1);
  expect(warning?.message.length).toBe(bounds.messageChars + 1);
});

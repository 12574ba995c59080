import { expect, it } from 'vitest';
import { HistoryError } from '../errors.ts';
import { reportOnce } from './report-once.ts';

const unreadable = (record: number) =>
  new HistoryError(`Record ${record} is stored in a form that cannot be parsed.`, { code: 'corrupt' });

it('each unreadable record is reported once, and at most a thousand of them', () => {
  const reported: string[] = [];
  const report = reportOnce(({ message }) => reported.push(message));

  for (let round = 0; round < 2; round++) for (let i = 0; i < 1_500; i++) report(unreadable(i));

  expect(reported).toEqual(Array.from({ length: 1_000 }, (_, i) => unreadable(i).message));
});

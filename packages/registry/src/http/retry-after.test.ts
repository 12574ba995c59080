import { expect, it } from 'vitest';
import { retryAfter } from './retry-after.ts';

const now = Date.parse('1994-11-06T08:49:00Z');

it.each([
  { header: '7', expected: 7_000 },
  { header: ' 0 ', expected: 0 },
  { header: 'Sun, 06 Nov 1994 08:49:37 GMT', expected: 37_000 },
  { header: 'Sunday, 06-Nov-94 08:49:37 GMT', expected: 37_000 },
  { header: 'Sun Nov  6 08:49:37 1994', expected: 37_000 },
  { header: 'Sun, 06 Nov 1994 08:48:00 GMT', expected: 0 },
  { header: '999999999999', expected: 3_600_000 },
  { header: 'Fri, 31 Dec 9999 23:59:59 GMT', expected: 3_600_000 },
  { header: '1.5', expected: undefined },
  { header: '-1', expected: undefined },
  { header: 'soon', expected: undefined },
  { header: '1994-11-06T08:49:37Z', expected: undefined },
  { header: 'Sun, 99 Nov 1994 08:49:37 GMT', expected: undefined },
  { header: '', expected: undefined },
  { header: undefined, expected: undefined },
])('reads $header as $expected', ({ header, expected }) => {
  expect(retryAfter(header, undefined, now)).toBe(expected);
});

it.each([
  { name: 'ahead', date: 'Sun, 06 Nov 1994 08:39:00 GMT', expected: 120_000 },
  { name: 'behind', date: 'Sun, 06 Nov 1994 08:59:00 GMT', expected: 120_000 },
  { name: 'right where the response has no date that can be read', date: 'today', expected: 120_000 },
])('a date counts from the date of the response where the own clock is $name', ({ date, expected }) => {
  const sent = Date.parse(date);
  const until = new Date((Number.isNaN(sent) ? now : sent) + 120_000).toUTCString();

  expect(retryAfter(until, date, now)).toBe(expected);
});

import type { HistoryEvent } from '@keelson/history';
import { expect, it } from 'vitest';
import { linesOf } from './print-events.ts';

const event = (type: HistoryEvent['type'], name: string, message?: string): HistoryEvent => ({
  id: '1-0',
  at: 0,
  type,
  workload: 'myapp/deployment/myapp',
  name,
  ...(message !== undefined && { message }),
});

it.each([
  [
    event('quarantine', 'added', 'sha256:320ba693cca8 failed here.'),
    'quarantined',
    /^sha256:320ba693cca8 failed here\.$/,
  ],
  [
    event('quarantine', 'released', 'sha256:320ba693cca8 failed here.'),
    'released',
    /^no longer in quarantine: sha256:320b/,
  ],
  [event('hold', 'too-many-failures', '3 pushes failed.'), 'on hold', /^3 pushes failed\. Type: resume myapp$/],
  [event('hold', 'resumed'), 'resumed', /^new images are rolled out again$/],
])('prints event %j as "%s"', (given, label, text) => {
  expect(linesOf(given)).toEqual([[label, 'myapp', expect.stringMatching(text)]]);
});

it('prints no line for checks and workloads', () => {
  expect([event('check', 'up-to-date'), event('workload', 'changed')].flatMap((each) => linesOf(each))).toEqual([]);
});

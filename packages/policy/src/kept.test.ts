import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bounds } from '@keelson/core';
import { expect, it } from 'vitest';
import { patternSteps } from './patterns/pattern-steps.ts';
import { readPattern } from './patterns/read-pattern.ts';
import { readSchedule } from './schedule/read-schedule.ts';

const mebibyte = 1024 * 1024;
setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

function heapMiB(): number {
  collect();
  return process.memoryUsage().heapUsed / mebibyte;
}

it('ten times of the patterns and schedules that are kept take no more memory than those (law 17)', () => {
  const before = heapMiB();
  const [pattern, schedule] = [readPattern('a0'), readSchedule('@every 1s')];

  for (let index = 0; index < 10 * bounds.patternsKept; index += 1) readPattern(`a${index}`);
  // What was not read for the longest time is forgotten, and read anew.
  expect(readPattern('a0')).not.toBe(pattern);
  // What each keeps of texts has its own bound: bounds.patternBytes.
  const long = 'ab?'.repeat(160);
  const count = (1.5 * bounds.patternStepsKept) / patternSteps(long);
  for (let index = 0; index < count; index += 1) {
    readPattern(`${long}${index}`).pattern?.test('a'.repeat(40));
  }
  for (let index = 0; index < 10 * bounds.schedulesKept; index += 1) readSchedule(`@every ${index + 1}s`);

  expect(readSchedule('@every 1s')).not.toBe(schedule);

  expect(heapMiB() - before).toBeLessThan(64);
});

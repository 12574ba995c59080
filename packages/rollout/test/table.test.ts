import { describe, expect, it } from 'vitest';
import type { Verdict } from '../src/index.ts';
import { judge } from '../src/index.ts';
import { blockedRows } from './cases/blocked.ts';
import type { Row } from './cases/build.ts';
import { completeness } from './cases/completeness.ts';
import { failAfterGrace } from './cases/fail-after-grace.ts';
import { failAtOnce, noFailure } from './cases/fail-at-once.ts';
import { jobs } from './cases/jobs.ts';
import { jobsPastDeadline } from './cases/jobs-past-deadline.ts';
import { late } from './cases/late.ts';
import { soak } from './cases/soak.ts';

/** `type code`; `failed!` is not blamed. */
function short(verdict: Verdict): string {
  const blame = verdict.type === 'failed' && !verdict.blamed ? '!' : '';
  return `${verdict.type}${blame} ${verdict.code}`;
}

describe.each<[string, readonly Row[]]>([
  ['fails at once', failAtOnce],
  ['does not fail', noFailure],
  ['fails after a grace', failAfterGrace],
  ['is blocked', blockedRows],
  ['is late, or not', late],
  ['is complete, or not', completeness],
  ['soaks', soak],
  ['runs as a job', jobs],
  ['ran as a job until its deadline', jobsPastDeadline],
])('a rollout that %s', (_, rows) => {
  const cases = rows.map(([title, input, expected]) => ({ title, input, expected }));
  it.each(cases)('judge answers "$expected" for: $title', ({ input, expected }) => {
    const verdict = judge(input);

    expect(short(verdict)).toBe(expected);
    expect(verdict.message).toMatch(/^[A-Z0-9].*\S$/s);
    expect(verdict.code).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });
});

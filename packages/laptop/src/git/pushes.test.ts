import { describe, expect, it } from 'vitest';
import { noCommit, readPushes } from './pushes.ts';

const one = '1'.repeat(40);
const two = '2'.repeat(40);

describe('readPushes', () => {
  it.each([
    ['a branch that moved', `${one} ${two} refs/heads/feature/x`, [{ branch: 'feature/x', before: one, commit: two }]],
    ['a new branch', `${noCommit} ${one} refs/heads/x`, [{ branch: 'x', before: noCommit, commit: one }]],
    ['no branch that was deleted', `${one} ${noCommit} refs/heads/x`, []],
    ['no tag', `${noCommit} ${one} refs/tags/v1`, []],
    ['nothing else', 'hello', []],
  ])('readPushes reads %s', (_, line, expected) => {
    expect(readPushes(`${line}\n`)).toEqual(expected);
  });
});

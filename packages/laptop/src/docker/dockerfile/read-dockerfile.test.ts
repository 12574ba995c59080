import { describe, expect, it } from 'vitest';
import { readDockerfile } from './read-dockerfile.ts';

describe('readDockerfile', () => {
  it('readDockerfile joins continued lines, skips comments, and counts lines as an editor does', () => {
    const text =
      '# syntax=docker/dockerfile:1\nFROM node:24 AS b\n\nenv A=1 \\\n # why\n  B=2\nRUN --mount=type=cache,target=/c npm ci\n';

    const read = readDockerfile(text).map(({ line, keyword, flags, text: rest }) => [
      line,
      keyword,
      flags,
      rest.split(/\s+/),
    ]);

    expect(read).toEqual([
      [2, 'FROM', [], ['node:24', 'AS', 'b']],
      [4, 'ENV', [], ['A=1', 'B=2']],
      [7, 'RUN', [{ name: 'mount', value: 'type=cache,target=/c' }], ['npm', 'ci']],
    ]);
  });

  it.each([
    ['FROM scratch\nADD x /x', 'Dockerfile line 2, ADD: ', 'Use COPY'],
    ['FROM scratch\n\nVOLUME /data', 'Dockerfile line 3, VOLUME: ', 'a real one may'],
    ['FROM scratch\nONBUILD RUN x', 'Dockerfile line 2, ONBUILD: ', 'a real one may'],
    ['FROM scratch\nSHELL ["sh"]', 'Dockerfile line 2, SHELL: ', 'a real one may'],
    ['FROM scratch\nMAINTAINER x', 'Dockerfile line 2, MAINTAINER: ', 'LABEL'],
    ['FROM scratch\nFOO bar', 'Dockerfile line 2, FOO: ', 'a real one may'],
    ['FROM scratch\nUSER', 'Dockerfile line 2, USER: ', 'nothing follows'],
    ['FROM scratch\nRUN <<EOF\nls\nEOF', 'Dockerfile line 2, RUN: ', 'here-documents'],
    ['FROM scratch\nCOPY <<EOF /x\nls\nEOF', 'Dockerfile line 2, COPY: ', 'here-documents'],
    ['', 'has no FROM', 'FROM scratch'],
  ])('readDockerfile refuses %j', (text, where, why) => {
    expect(() => readDockerfile(text)).toThrow(where);
    expect(() => readDockerfile(text)).toThrow(why);
  });
});

import { describe, expect, it } from 'vitest';
import { readIgnore } from './ignore.ts';

describe('readIgnore', () => {
  // Docker's documentation of .dockerignore, and moby's patternmatcher.
  it.each([
    ['node_modules', 'node_modules', true],
    ['node_modules', 'node_modules/x/index.js', true],
    ['node_modules', 'app/node_modules', false],
    ['**/node_modules', 'node_modules', true],
    ['**/node_modules', 'a/b/node_modules/x', true],
    ['/build', 'build', true],
    ['build/', 'build/x', true],
    ['./build', 'build', true],
    ['*.md', 'README.md', true],
    ['*.md', 'docs/README.md', false],
    ['**/*.md', 'docs/a/README.md', true],
    ['*/temp*', 'one/temporary.txt', true],
    ['*/temp*', 'one/two/temporary.txt', false],
    ['temp?', 'tempa', true],
    ['temp?', 'temp', false],
    ['[ab].txt', 'a.txt', true],
    ['[^ab].txt', 'a.txt', false],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['# no.txt', '# no.txt', false],
    ['a.b', 'axb', false],
    ['*.md\n!README.md', 'README.md', false],
    ['*.md\n!README.md', 'OTHER.md', true],
    ['!README.md\n*.md', 'README.md', true],
    ['*\n!src', 'src/main.js', false],
    ['*\n!src\n**/*.test.js', 'src/main.test.js', true],
    ['*\n!src\n**/*.test.js', 'package.json', true],
    ['', 'anything', false],
    ['\r\n  node_modules  \r\n', 'node_modules', true],
  ])('.dockerignore %j excludes %s: %s', (text, path, expected) => {
    expect(readIgnore(text).ignores(path)).toBe(expected);
  });
});

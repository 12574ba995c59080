import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyImage, anyText } from '../test/arbitraries.ts';
import { InvalidReferenceError } from './errors.ts';
import { formatReference, repositoryOf } from './format-reference.ts';
import { parseReference } from './parse-reference.ts';

const hex = 'a'.repeat(64);

function attempt(text: string) {
  try {
    return parseReference(text);
  } catch (error) {
    return error instanceof Error ? error : new Error('Something that is no error was thrown.', { cause: error });
  }
}

describe('parseReference', () => {
  it.each([
    ['nginx', { host: 'docker.io', repository: 'library/nginx', tag: 'latest' }],
    ['index.docker.io/nginx:1', { host: 'docker.io', repository: 'library/nginx', tag: '1' }],
    ['localhost/x', { host: 'localhost', repository: 'x', tag: 'latest' }],
    ['localhost:5000', { host: 'docker.io', repository: 'library/localhost', tag: '5000' }],
    ['registry:5000/x/y', { host: 'registry:5000', repository: 'x/y', tag: 'latest' }],
    ['Upper/x', { host: 'Upper', repository: 'x', tag: 'latest' }],
    [
      'registry.gitlab.com/cmunroe/ops/myapp:latest',
      { host: 'registry.gitlab.com', repository: 'cmunroe/ops/myapp', tag: 'latest' },
    ],
    [`a.b/x@sha256:${hex}`, { host: 'a.b', repository: 'x', digest: `sha256:${hex}` }],
    [`a.b/x:v1@sha256:${hex}`, { host: 'a.b', repository: 'x', tag: 'v1', digest: `sha256:${hex}` }],
    [`x:${'t'.repeat(128)}`, { host: 'docker.io', repository: 'library/x', tag: 't'.repeat(128) }],
  ])('%s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it.each([
    ['', 'it is empty'],
    ['https://a.b/x', 'it must not start with a scheme'],
    [hex, '64 hex digits name a local image'],
    ['a.b/X', 'its repository must be lower case'],
    ['a.b/', 'it names no repository'],
    [':tag', 'it names no repository'],
    ['a.b/x y', 'its repository may hold'],
    ['nginx ', 'its repository may hold'],
    ['x:', 'its tag may hold'],
    ['x:-a', 'its tag may hold'],
    ['x:a:b', 'its tag may hold'],
    [`x:${'t'.repeat(129)}`, 'its tag is longer than 128 characters'],
    [`a.b/${'x'.repeat(256)}`, 'its repository is longer than 255 characters'],
    [`x@sha256:${'A'.repeat(64)}`, 'what follows "@" has to be "sha256:"'],
    [`x@sha512:${hex}${hex}`, 'what follows "@" has to be "sha256:"'],
    [`x@sha256:${hex}@sha256:${hex}`, 'what follows "@" has to be "sha256:"'],
    ['-a.b/x', 'the part before the first "/" is no registry host'],
    ['a_b.c/x', 'the part before the first "/" is no registry host'],
    ['a.b:port/x', 'the part before the first "/" is no registry host'],
  ])('parseReference refuses %j with the reason', (text, why) => {
    expect(() => parseReference(text)).toThrow(`is not an image reference: ${why}`);
  });

  it('parseReference quotes at most one line of a long text in its error', () => {
    const book = 'Lorem ipsum '.repeat(20_000);
    const error = attempt(book);
    expect(error).toBeInstanceOf(InvalidReferenceError);
    expect(error).toMatchObject({ code: 'invalid-reference', retryable: false, text: book });
    expect(error).toHaveProperty('message', expect.stringMatching(/^.{1,400}$/u));
  });

  it('parseReference reads the canonical text of a reference as the same reference', () => {
    fc.assert(
      fc.property(anyImage, (image) => {
        const reference = parseReference(image);
        expect(parseReference(formatReference(reference))).toEqual(reference);
        expect(formatReference(reference).startsWith(repositoryOf(reference))).toBe(true);
      }),
    );
  });

  it('parseReference throws InvalidReferenceError and nothing else, whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const reference = attempt(text);
        if (reference instanceof Error) return reference instanceof InvalidReferenceError;
        return isDeepStrictEqual(parseReference(formatReference(reference)), reference);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['hosts', (n: number) => `${'a-'.repeat(n)}./x`],
    ['dotted hosts', (n: number) => `${'a.'.repeat(n)}!/x`],
    ['paths', (n: number) => `${'a-'.repeat(n)}!`],
    ['underscores', (n: number) => `a${'_'.repeat(n)}!`],
    ['slashes', (n: number) => '/'.repeat(n)],
    ['tags', (n: number) => `x:${'a'.repeat(n)}!`],
    ['digests', (n: number) => `x@${'sha256:'.repeat(n)}`],
  ])('does not hang on endless %s', (_, text) => {
    // Backtracking over this much text would outlast the test's time limit by far.
    expect(() => parseReference(text(500_000))).toThrow(InvalidReferenceError);
    expect(() => parseReference(text(60))).toThrow(InvalidReferenceError);
  });
});

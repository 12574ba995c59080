import { describe, expect, it } from 'vitest';
import { parseChallenges } from './challenges.ts';

describe('parseChallenges', () => {
  it.each([
    {
      header:
        'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull"',
      expected: [
        {
          scheme: 'bearer',
          parameters: {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:library/nginx:pull',
          },
        },
      ],
    },
    {
      header: 'Bearer realm="https://r/token",scope="repository:a:pull,push repository:b:pull",error="invalid_token"',
      expected: [
        {
          scheme: 'bearer',
          parameters: {
            realm: 'https://r/token',
            scope: 'repository:a:pull,push repository:b:pull',
            error: 'invalid_token',
          },
        },
      ],
    },
    { header: 'Basic realm="Registry"', expected: [{ scheme: 'basic', parameters: { realm: 'Registry' } }] },
    { header: 'BASIC Realm = plain', expected: [{ scheme: 'basic', parameters: { realm: 'plain' } }] },
    {
      header: 'Basic realm="a, b=\\"c\\"", Bearer realm="https://r/token" , service=s',
      expected: [
        { scheme: 'basic', parameters: { realm: 'a, b="c"' } },
        { scheme: 'bearer', parameters: { realm: 'https://r/token', service: 's' } },
      ],
    },
    {
      header: 'Negotiate dG9rZW4=, Basic realm="x"',
      expected: [
        { scheme: 'negotiate', parameters: {} },
        { scheme: 'basic', parameters: { realm: 'x' } },
      ],
    },
    {
      header: 'Negotiate, Basic',
      expected: [
        { scheme: 'negotiate', parameters: {} },
        { scheme: 'basic', parameters: {} },
      ],
    },
    { header: 'Bearer realm="first",realm="second"', expected: [{ scheme: 'bearer', parameters: { realm: 'first' } }] },
    { header: 'Bearer realm="never closed', expected: [{ scheme: 'bearer', parameters: {} }] },
    { header: '', expected: [] },
    { header: ' , ,', expected: [] },
    { header: '"nonsense"', expected: [] },
  ])('reads $header', ({ header, expected }) => {
    expect(parseChallenges(header)).toEqual(expected);
  });

  it('ends on any text, however long', () => {
    for (const piece of ['Bearer ', 'a=', '"', '\\', ',', 'a="b', '=', '\u0000']) {
      expect(Array.isArray(parseChallenges(piece.repeat(5_000)))).toBe(true);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { digestOfImageID, isDigest, parseDigest, shortDigest } from './digest.ts';
import { InvalidDigestError } from './errors.ts';

const hex = 'ab12cd34ef56'.padEnd(64, '0');

describe('digests', () => {
  it('parseDigest accepts sha256 and 64 lower-case hex digits', () => {
    expect(isDigest(`sha256:${hex}`)).toBe(true);
    expect(parseDigest(`sha256:${hex}`)).toBe(`sha256:${hex}`);
  });

  it.each([`sha256:${hex.toUpperCase()}`, `sha256:${hex}0`, `sha256:${hex}\n`, `sha512:${hex}${hex}`, hex, ''])(
    'refuses %j',
    (text) => {
      expect(isDigest(text)).toBe(false);
      expect(() => parseDigest(text)).toThrow(InvalidDigestError);
    },
  );

  it('shortDigest keeps the first digits', () => {
    expect(shortDigest(`sha256:${hex}`)).toBe('sha256:ab12cd34ef56');
  });

  it.each([
    [`docker-pullable://nginx@sha256:${hex}`, `sha256:${hex}`],
    [`registry:5000/nginx@sha256:${hex}`, `sha256:${hex}`],
    [`docker.io/library/nginx:1@sha256:${hex}`, `sha256:${hex}`],
    [`docker://sha256:${hex}`, `sha256:${hex}`],
    [`containerd://sha256:${hex}`, `sha256:${hex}`],
    [`containerd://ghcr.io/x/y@sha256:${hex}`, `sha256:${hex}`],
    [`sha256:${hex}`, `sha256:${hex}`],
    [hex, `sha256:${hex}`],
    ['', undefined],
    ['nginx:latest', undefined],
    ['docker://', undefined],
    [`nginx@sha256:${hex.slice(1)}`, undefined],
  ])('digestOfImageID(%j)', (imageID, expected) => {
    expect(digestOfImageID(imageID)).toBe(expected);
  });
});

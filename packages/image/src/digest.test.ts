import { describe, expect, it } from 'vitest';
import { digestOfImageID, isDigest, parseDigest, shortDigest } from './digest.ts';
import { InvalidDigestError } from './errors.ts';

const hex = 'ab12cd34ef56'.padEnd(64, '0');

describe('digests', () => {
  it.each([
    [`sha256:${hex}`, true],
    [`sha256:${hex.toUpperCase()}`, false],
    [`sha256:${hex}0`, false],
    [`sha256:${hex}\n`, false],
    [`sha512:${hex}${hex}`, false],
    [hex, false],
    ['', false],
  ])('isDigest(%j) is %s', (text, expected) => {
    expect(isDigest(text)).toBe(expected);
    if (expected) expect(parseDigest(text)).toBe(text);
    else expect(() => parseDigest(text)).toThrow(InvalidDigestError);
  });

  it('is short for people', () => {
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

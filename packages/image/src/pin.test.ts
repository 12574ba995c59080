import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyDigest, anyImage } from '../test/arbitraries.ts';
import { parseReference } from './parse-reference.ts';
import { pin, unpin } from './pin.ts';
import type { Digest } from './types.ts';

const old: Digest = `sha256:${'0'.repeat(64)}`;
const next: Digest = `sha256:${'f'.repeat(64)}`;

describe('pin', () => {
  it.each([
    ['nginx', `nginx:latest@${next}`],
    ['nginx:1', `nginx:1@${next}`],
    [`nginx:1@${old}`, `nginx:1@${next}`],
    [`nginx@${old}`, `nginx@${next}`],
    ['index.docker.io/nginx', `index.docker.io/nginx:latest@${next}`],
    ['r:5000/latest', `r:5000/latest:latest@${next}`],
    ['registry.gitlab.com/cmunroe/ops/myapp:dev-staging', `registry.gitlab.com/cmunroe/ops/myapp:dev-staging@${next}`],
  ])('%s keeps its spelling', (image, expected) => {
    expect(pin(image, next)).toBe(expected);
  });

  it('pin names the same image at the digest, however often it is applied', () => {
    fc.assert(
      fc.property(anyImage, anyDigest, (image, digest) => {
        const pinned = pin(image, digest);
        expect(parseReference(pinned)).toEqual({ ...parseReference(image), digest });
        expect(pin(pinned, digest)).toBe(pinned);
      }),
    );
  });
});

describe('unpin', () => {
  it.each([
    [`nginx:1@${old}`, 'nginx:1'],
    [`nginx@${old}`, 'nginx'],
    ['nginx', 'nginx'],
    ['', ''],
  ])('%s', (image, expected) => {
    expect(unpin(image)).toBe(expected);
  });

  it('unpin removes what pin added', () => {
    fc.assert(
      fc.property(anyImage, anyDigest, (image, digest) => {
        const { digest: _, ...tagged } = parseReference(pin(image, digest));
        expect(parseReference(unpin(pin(image, digest)))).toEqual({ tag: 'latest', ...tagged });
      }),
    );
  });
});

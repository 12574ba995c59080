import type { Digest } from '@keelson/image';
import fc from 'fast-check';

const alnum = fc.stringMatching(/^[a-z0-9]{1,6}$/);
const part = fc
  .array(fc.tuple(alnum, fc.constantFrom('.', '_', '__', '-', '---')), { maxLength: 2 })
  .chain((pieces) => alnum.map((last) => `${pieces.map((piece) => piece.join('')).join('')}${last}`));
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const host = fc.constantFrom(
  '',
  'docker.io/',
  'index.docker.io/',
  'localhost/',
  'ghcr.io/',
  'Upper/',
  'r:5000/',
  '[::1]:5000/',
  '10.0.0.1:80/',
);
const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/).map((text) => `:${text}`);

export const anyDigest: fc.Arbitrary<Digest> = fc
  .stringMatching(/^[0-9a-f]{64}$/)
  .map((digits): Digest => `sha256:${digits}`);

/** Valid image texts in every spelling: with and without host, tag and digest. */
export const anyImage: fc.Arbitrary<string> = fc
  .tuple(
    host,
    path,
    fc.option(tag, { nil: '' }),
    fc.option(
      anyDigest.map((digest) => `@${digest}`),
      { nil: '' },
    ),
  )
  .map((pieces) => pieces.join(''))
  // A dot would make the first part a host, and no host has an underscore.
  .map((image) => image.replace(/^[^/:[]*_[^/:]*(?=\/)/, (first) => first.replaceAll('.', '-')));

/** Text of any sort, much of it nearly a reference. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.stringMatching(/^[a-zA-Z0-9:/@._[\]-]{0,40}$/),
  fc
    .tuple(anyImage, fc.string({ maxLength: 3 }), fc.nat(120))
    .map(([image, noise, at]) => `${image.slice(0, at)}${noise}${image.slice(at)}`),
);

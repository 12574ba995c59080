import { expect, it } from 'vitest';
import { digestOf } from '../testing/values.ts';
import { isPinnedByEntry } from './is-pinned-by-entry.ts';

const [ours, other] = [digestOf('a'), digestOf('b')];
const image = 'ghcr.io/me/web:latest';

it.each([
  ['the digest of an entry in a Kustomization', 'flux-kustomization', `${image}@${ours}`, true],
  ['the digest of an entry in a HelmRelease', 'flux-helmrelease', `${image}@${ours}`, true],
  ['another digest, which git names', 'flux-kustomization', `${image}@${other}`, false],
  ['no digest', 'flux-kustomization', image, false],
  ['a digest without an entry', 'template-annotation', `${image}@${ours}`, false],
])('isPinnedByEntry decides about an image that has %s', (_, path, live, expected) => {
  expect(isPinnedByEntry(live, { rolledOut: ours, written: { uid: 'u1', path } })).toBe(expected);
  expect(isPinnedByEntry(live, undefined)).toBe(false);
});

import { expect, it } from 'vitest';
import { rollout } from '../testing/rollouts.ts';
import { mayComeBack } from './replaced.ts';

const by = (path: string) => rollout({ written: { uid: 'u1', template: 't1', path } });

it.each([
  ['flux-kustomization', 1_000, true],
  ['flux-kustomization', 60_999, true],
  ['flux-kustomization', 61_000, false],
  ['template-annotation', 1_000, false],
  ['image-pin', 1_000, false],
])('what was written by %s and replaced at %i may come back: %s', (path, now, expected) => {
  expect(mayComeBack(by(path), now)).toBe(expected);
});

it('nothing comes back that was not written', () => {
  expect(mayComeBack(rollout(), 1_000)).toBe(false);
});

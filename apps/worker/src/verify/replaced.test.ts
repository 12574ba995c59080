import { expect, it } from 'vitest';
import { rollout } from '../testing/rollouts.ts';
import { fluxMayRestore } from './replaced.ts';

const by = (path: string) => rollout({ written: { uid: 'u1', template: 't1', path } });

it.each([
  ['flux-kustomization', 1_000, true],
  ['flux-kustomization', 60_999, true],
  ['flux-kustomization', 61_000, false],
  ['template-annotation', 1_000, false],
  ['image-pin', 1_000, false],
])('fluxMayRestore says of %s replaced at %i: %s', (path, now, expected) => {
  expect(fluxMayRestore(by(path), now)).toBe(expected);
});

it('Flux restores nothing that was not written', () => {
  expect(fluxMayRestore(rollout(), 1_000)).toBe(false);
});

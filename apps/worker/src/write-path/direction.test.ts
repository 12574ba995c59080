import { revertedCode } from '@keelson/core';
import { expect, it } from 'vitest';
import { rollout } from '../testing/rollouts.ts';
import { digestOf } from '../testing/values.ts';
import { directionOf } from './direction.ts';
import { rejectedPaths } from './rejected-paths.ts';

const seen = (character: string) => ({
  check: { at: 1, code: 'x', message: 'x', observed: [{ container: 'app', digest: digestOf(character) }] },
});

it.each([
  ['an update', rollout(), seen('c'), 'forward'],
  ['a rollback to what the tag no longer means', rollout({ kind: 'rollback' }), seen('c'), 'back'],
  ['a rollback to what the tag means', rollout({ kind: 'rollback' }), seen('b'), 'forward'],
  ['a rollback without a check of the tag', rollout({ kind: 'rollback' }), {}, 'back'],
] as const)('directionOf decides between forward and back for %s', (_, one, state, direction) => {
  expect(directionOf(one, state)).toBe(direction);
});

it('rejectedPaths lists the write paths that were reverted', () => {
  const { transitions } = rollout();
  const reverted = { state: 'pending', at: 2, code: revertedCode('flux-kustomization') } as const;

  expect(rejectedPaths({ transitions })).toEqual([]);
  expect(rejectedPaths({ transitions: [...transitions, reverted] })).toEqual(['flux-kustomization']);
});

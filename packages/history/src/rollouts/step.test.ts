import { bounds } from '@keelson/core';
import { expect, it } from 'vitest';
import { idOf } from './id.ts';
import { step } from './step.ts';
import type { Rollout } from './types.ts';

const created: Rollout = {
  id: idOf(16),
  workload: 'ns/deployment/web',
  changes: [],
  trigger: 'poll',
  kind: 'update',
  code: 'new-digest',
  message: '',
  state: 'pending',
  createdAt: 1,
  updatedAt: 1,
  generation: 0,
  transitions: [{ state: 'pending', at: 1, code: 'new-digest' }],
};

it('of a rollout that takes ten times as many steps as are kept, the first and the last ones are (law 17)', () => {
  let rollout = created;
  for (let at = 2; at < 10 * bounds.steps; at += 1) rollout = step(rollout, { to: 'verifying', at, code: 'scaled' });

  expect(rollout.transitions.length).toBeLessThanOrEqual(bounds.steps);
  expect(rollout.transitions.slice(0, 2).map(({ at }) => at)).toEqual([1, 2]);
  expect(rollout.transitions.at(-1)?.at).toBe(10 * bounds.steps - 1);
});

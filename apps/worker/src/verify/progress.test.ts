import type { RolloutState } from '@keelson/history';
import { expect, it } from 'vitest';
import { progressOf } from './progress.ts';

const transitions = (...steps: readonly (readonly [RolloutState, string])[]) => ({
  createdAt: 1,
  transitions: steps.map(([state, code], at) => ({ state, code, at: at + 1 })),
});

it.each([
  ['written', transitions(['pending', 'new-digest'], ['verifying', 'written']), { writtenAt: 2 }],
  [
    'written twice',
    transitions(['pending', 'x'], ['verifying', 'written'], ['pending', 'reverted-x'], ['verifying', 'written']),
    { writtenAt: 4 },
  ],
  [
    'blocked',
    transitions(['pending', 'x'], ['verifying', 'written'], ['verifying', 'registry-trouble']),
    { writtenAt: 2, blocked: 'registry-trouble' },
  ],
  [
    'blocked and went on',
    transitions(
      ['pending', 'x'],
      ['verifying', 'written'],
      ['verifying', 'registry-trouble'],
      ['verifying', 'going-on'],
    ),
    { writtenAt: 2, wentOnAt: 4 },
  ],
  [
    'changed, then soaking',
    transitions(
      ['pending', 'x'],
      ['verifying', 'written'],
      ['verifying', 'changed-meanwhile'],
      ['verifying', 'soaking'],
    ),
    { writtenAt: 2, beganAt: 3, isChanged: true },
  ],
  [
    'unproven for a while',
    transitions(
      ['pending', 'x'],
      ['verifying', 'written'],
      ['unproven', 'scaled-to-zero'],
      ['verifying', 'pods-appeared'],
    ),
    { writtenAt: 2, beganAt: 4 },
  ],
  [
    'applied again, then soaking',
    transitions(['pending', 'x'], ['verifying', 'written'], ['verifying', 'applied-again'], ['verifying', 'soaking']),
    { writtenAt: 2, beganAt: 3 },
  ],
])('progressOf reads a rollout that was %s', (_, rollout, progress) => {
  expect(progressOf(rollout)).toEqual({ isChanged: false, ...progress });
});

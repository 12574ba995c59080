import type { Pod } from '@keelson/kube';
import { expect, it } from 'vitest';
import { rollout } from '../testing/rollouts.ts';
import { digestOf, pod } from '../testing/values.ts';
import { carriesPin } from './carries-pin.ts';

const IMAGE = 'ghcr.io/me/web:latest';
const MADE = '2026-01-01T00:00:00Z';

function made(specImage: string, imageID = '', createdAt = MADE): Pod {
  const one = pod({ app: imageID }, { createdAt });
  return { ...one, containers: one.containers.map((container) => ({ ...container, specImage })) };
}

const pinned = made(`${IMAGE}@${digestOf('b')}`);
const bare = made(IMAGE, `ghcr.io/me/web@${digestOf('c')}`);

it.each<[string, readonly Pod[], boolean | undefined]>([
  ['no pod', [], undefined],
  ['pods that carry it', [pinned, pinned], true],
  ['one that does not', [pinned, bare], false],
  ['one that has not started yet and does not carry it', [made(IMAGE)], false],
  ['one that runs it without carrying it', [made(IMAGE, `ghcr.io/me/web@${digestOf('b')}`)], undefined],
  ['one from before', [made(IMAGE, '', '2025-12-31T00:00:00Z')], undefined],
  ['one without that container', [pod({ other: '' }, { createdAt: MADE })], undefined],
])('judges %s', (_, pods, carried) => {
  expect(carriesPin(pods, rollout({ createdAt: Date.parse(MADE) }))).toBe(carried);
});

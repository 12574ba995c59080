import type { Pod } from '@keelson/kube';
import { expect, it } from 'vitest';
import { rollout } from '../testing/rollouts.ts';
import { digestOf, pod, workload } from '../testing/values.ts';
import { carriesPin } from './carries-pin.ts';

const image = 'ghcr.io/me/web:latest';
const created = '2026-01-01T00:00:00Z';

function podWith(specImage: string, imageID = '', createdAt = created): Pod {
  const one = pod({ app: imageID }, { createdAt });
  return { ...one, containers: one.containers.map((container) => ({ ...container, specImage })) };
}

const pinned = podWith(`${image}@${digestOf('b')}`);
const bare = podWith(image, `ghcr.io/me/web@${digestOf('c')}`);

it.each<[string, readonly Pod[], boolean | undefined]>([
  ['no pod', [], undefined],
  ['pods with the digest in their spec', [pinned, pinned], true],
  ['a pod without the digest in its spec', [pinned, bare], false],
  ['a pod without the digest that has not started', [podWith(image)], false],
  [
    'a pod that runs the digest without having it in its spec',
    [podWith(image, `ghcr.io/me/web@${digestOf('b')}`)],
    undefined,
  ],
  ['a pod whose image a user changed', [podWith('ghcr.io/me/other:latest')], undefined],
  ['a pod whose image a user pinned to another digest', [podWith(`${image}@${digestOf('c')}`)], undefined],
  ['a pod of a user beside one without the digest', [podWith('ghcr.io/me/other:latest'), bare], false],
  ['a pod that is older than the rollout', [podWith(image, '', '2025-12-31T00:00:00Z')], undefined],
  ['a pod without that container', [pod({ other: '' }, { createdAt: created })], undefined],
])('carriesPin judges %s', (_, pods, carried) => {
  expect(carriesPin(pods, rollout({ createdAt: Date.parse(created) }), workload())).toBe(carried);
});

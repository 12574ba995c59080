import type { DigestRecord, Hold } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { expect, it } from 'vitest';
import { stateText } from '../state-annotation/state-text.ts';
import { followed } from '../testing/manifests.ts';
import { container, digestOf, workload } from '../testing/values.ts';
import { needsGuard } from './needs-guard.ts';

const image = 'ghcr.io/me/web:latest';
const owner = { type: 'flux-kustomization', namespace: 'flux-system', name: 'apps' } as const;
const record: DigestRecord = {
  image: 'ghcr.io/me/web',
  tag: 'latest',
  rolledOut: digestOf('a'),
  lastGood: digestOf('a'),
  written: { uid: 'u1', path: 'flux-kustomization' },
};
const known = { digests: { app: record }, quarantine: [] };
const off: Hold = { code: 'off', message: 'Off.', at: 1 };

/** A workload as its last rollout left it. */
function settled(over: Partial<Workload> = {}): Workload {
  const text = stateText('ns/deployment/web', known) ?? '';
  const pinned = [container('app', `${image}@${digestOf('a')}`)];
  return workload({ owner, containers: pinned, annotations: { ...followed, 'keelson.sh/state': text }, ...over });
}

const needs = (over: Partial<Workload>, hold?: Hold, until?: number) =>
  needsGuard({ holdUntil: () => until }, settled(over), { ...known, ...(hold && { hold }) });

it.each<[string, boolean, Partial<Workload>, (Hold | undefined)?, number?]>([
  ['carries what was written', false, {}],
  ['lost its pin', true, { containers: [container('app', image)] }],
  ['does not carry what Redis knows', true, { annotations: followed }],
  ['is skipped by Flux for a time', true, {}, undefined, 7],
  [
    'has a pin in its Kustomization for a tag that git left',
    true,
    { containers: [container('app', 'ghcr.io/me/web:v2')] },
  ],
  ['was switched off and still carries a pin', true, {}, off],
  [
    'was switched off and carries nothing',
    false,
    { containers: [container('app', image)], annotations: followed },
    off,
  ],
])('needsGuard decides about a workload that %s: %s', (_, expected, over, hold, until) => {
  expect(needs(over, hold, until)).toBe(expected);
});

import type { CheckRecord, DigestRecord, WorkloadState } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { readIntent, trackedContainers } from '@keelson/policy';
import { expect, it } from 'vitest';
import { container, digestOf, workload } from '../testing/values.ts';
import { diffPins } from './diff-pins.ts';

const image = 'ghcr.io/me/web:latest';
const key = 'digest.keelson.sh/app';
const flux = { type: 'flux-kustomization', namespace: 'flux-system', name: 'apps' } as const;
const [ours, other] = [digestOf('a'), digestOf('b')];

const record: DigestRecord = {
  image: 'ghcr.io/me/web',
  tag: 'latest',
  rolledOut: ours,
  lastGood: ours,
  written: { uid: 'u1', path: 'template-annotation' },
};

const marked = (digest: string, manager: string): Partial<Workload> => ({
  templateAnnotations: { [key]: `${image}@${digest}` },
  writers: { [key]: [{ manager, operation: 'Apply' }] },
});

const check = (digest: DigestRecord['rolledOut']): CheckRecord => ({
  at: 1,
  code: 'up-to-date',
  message: 'So it is.',
  observed: [{ container: 'app', digest }],
});

function missing(over: Partial<Workload>, known: Partial<WorkloadState> = {}) {
  const subject = workload({ owner: flux, ...over });
  const { tracked } = trackedContainers(readIntent(subject), subject.containers);
  return diffPins(subject, tracked, { digests: { app: record }, quarantine: [], ...known });
}

it('diffPins finds nothing while Keelson owns the pins that it wrote', () => {
  expect(missing(marked(ours, 'keelson'))).toEqual([]);
});

it('diffPins finds a removed pin, and names the manager that wrote the image', () => {
  const writers = { 'image:app': [{ manager: 'kustomize-controller', operation: 'Apply' }] } as const;

  expect(missing({ writers })).toEqual([
    {
      container: 'app',
      image: image,
      digest: ours,
      record,
      how: 'missing',
      manager: 'kustomize-controller',
      recreated: false,
    },
  ]);
});

it('diffPins distinguishes an object that was created anew from one that was changed', () => {
  expect(missing({ uid: 'u2' })).toMatchObject([{ how: 'missing', recreated: true }]);
});

it.each([
  ['the same digest', ours],
  ['another digest, which a user rolled back to', other],
])('diffPins finds %s under another field manager, which Flux would remove', (_, digest) => {
  expect(missing(marked(digest, 'kubectl-rollout'))).toMatchObject([
    { how: 'taken-over', digest, manager: 'kubectl-rollout' },
  ]);
});

it('diffPins finds nothing when Keelson owns the pin beside another manager', () => {
  const writers = {
    [key]: ['kubectl-rollout', 'keelson'].map((manager) => ({ manager, operation: 'Apply' as const })),
  };

  expect(missing({ ...marked(ours, 'keelson'), writers })).toEqual([]);
});

const { written: _, ...foundRunning } = record;

it.each<[string, WorkloadState['digests']]>([
  ['was only found running', { app: foundRunning }],
  ['was written for another tag', { app: { ...record, tag: 'v1' } }],
  ['was written for another repository', { app: { ...record, image: 'ghcr.io/me/other' } }],
  ['is not known', {}],
])('diffPins ignores a record that %s', (_, digests) => {
  expect(missing({}, { digests })).toEqual([]);
});

it('diffPins ignores a manifest that a user applied again, while its tag means what was rolled out', () => {
  const own = { owner: { type: 'none' } } as const;

  expect(missing(own, { check: check(ours) })).toEqual([]);
  expect(missing(own, { check: check(other) }), 'its tag means what failed').toMatchObject([{ how: 'missing' }]);
});

it('diffPins finds a pin in the image', () => {
  const pinned = container('app', `${image}@${ours}`);

  expect(missing({ owner: { type: 'none' }, containers: [pinned] }, { check: check(other) })).toEqual([]);
});

it('diffPins finds an image that its owner reverted to a failed tag, whatever the pin annotation says', () => {
  const pinned = { ...record, written: { uid: 'u1', path: 'image-nudge' } };
  const failed = {
    container: 'app',
    image: record.image,
    digest: other,
    code: 'crash-loop',
    message: 'It crashed.',
    at: 1,
  };
  const helm = {
    ...marked(ours, 'keelson'),
    writers: { 'image:app': [{ manager: 'helm', operation: 'Apply' }] },
  } as const;
  const known = { digests: { app: pinned }, check: check(other), quarantine: [failed] };

  expect(missing(helm, known)).toMatchObject([{ how: 'missing', digest: ours, manager: 'helm' }]);
  expect(
    missing({ ...helm, containers: [container('app', `${image}@${ours}`)] }, known),
    'a pinned image counts as kept',
  ).toEqual([]);
  expect(missing(helm, { ...known, check: check(ours) }), 'its tag means it').toEqual([]);
  expect(missing(helm, { ...known, quarantine: [] }), 'its tag means what is not rolled out yet').toEqual([]);
  expect(missing(helm, { ...known, digests: { app: record } }), 'pods are given the annotation').toEqual([]);
});

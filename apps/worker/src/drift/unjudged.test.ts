import type { WorkloadState } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { readIntent, trackedContainers } from '@keelson/policy';
import { expect, it } from 'vitest';
import { container, digestOf, workload } from '../testing/values.ts';
import { unjudgedChanges } from './unjudged.ts';

const image = 'ghcr.io/me/web';
const [good, written, other] = [digestOf('a'), digestOf('b'), digestOf('c')];
const record = { image, tag: 'latest', rolledOut: written, lastGood: good, written: { uid: 'u1', path: 'image-pin' } };
const entry = {
  container: 'app',
  image,
  tag: 'latest',
  digest: written,
  code: 'crash-loop',
  message: 'It crashed.',
  at: 1,
};
const has = (digest: string): Partial<Workload> => ({ containers: [container('app', `${image}:latest@${digest}`)] });
const checked = (digest: typeof good) => ({
  check: { at: 1, code: '', message: '', observed: [{ container: 'app', digest }] },
});

it.each<[string, boolean, Partial<Workload>, Partial<WorkloadState>?]>([
  ['is pinned to what was written', true, has(written)],
  ['names the tag that means what was written', true, {}, checked(written)],
  ['names a tag that means something newer', false, {}, checked(other)],
  ['is pinned to another digest', false, has(good), checked(written)],
  ['has a rollout under way', false, has(written), { active: 'r2' }],
  ['has a rollout that is unproven', false, has(written), { unproven: 'r2' }],
  ['is on hold', false, has(written), { hold: { code: 'paused', message: '', at: 1 } }],
  ['has what is quarantined', false, has(written), { quarantine: [entry] }],
  ['has what was seen to work', false, has(good), { digests: { app: { ...record, rolledOut: good } } }],
  [
    'has what was found without a healthy pod',
    false,
    has(written),
    { digests: { app: { ...record, doubtful: true } } },
  ],
])('unjudgedChanges decides about a workload that %s: %s', (_, is, over, known) => {
  const subject = workload(over);
  const { tracked } = trackedContainers(readIntent(subject), subject.containers);
  const state = { digests: { app: record }, quarantine: [], latest: 'r1', ...known };

  expect(unjudgedChanges(subject, tracked, state).length > 0).toBe(is);
});

import type { Rollout, WorkloadState } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { readIntent, trackedContainers } from '@keelson/policy';
import { expect, it } from 'vitest';
import { container, digestOf, workload } from '../testing/values.ts';
import { templateOf } from '../write-path/template-of.ts';
import { rolloutAnew, unjudgedChanges } from './unjudged.ts';

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
  const state = { digests: { app: record }, quarantine: [], ...known };

  expect(unjudgedChanges(subject, tracked, state).length > 0).toBe(is);
});

const change = {
  container: 'app',
  image,
  from: { tag: 'latest', digest: good },
  to: { tag: 'latest', digest: written },
};
const rollout = (state: Rollout['state'], over: Partial<Rollout> = {}): Rollout => ({
  id: 'r1',
  workload: 'ns/deployment/web',
  changes: [change],
  trigger: 'poll',
  code: 'new-digest',
  message: 'A push.',
  state,
  createdAt: 1,
  updatedAt: 1,
  transitions: [],
  generation: 1,
  kind: 'update',
  written: {
    uid: 'u1',
    template: 't1',
    foreign: templateOf(workload(), { changes: [change] }).foreign,
    path: 'image-pin',
  },
  ...over,
});
const { written: _, ...unwritten } = rollout('cancelled');
const toAnother = rollout('succeeded', { changes: [{ ...change, to: { digest: other } }] });

it.each<[string, boolean, readonly Rollout[]]>([
  ['Redis lost', true, []],
  ['Redis lost, and an older one is known', true, [toAnother]],
  ['was cancelled', true, [rollout('cancelled')]],
  ['was cancelled before it was written', true, [unwritten]],
  ['was cancelled before another one', true, [toAnother, rollout('cancelled')]],
  [
    'was cancelled, and whose pod template is another one now',
    false,
    [rollout('cancelled', { written: { uid: 'u1', template: 't0', foreign: 'f0', path: 'image-pin' } })],
  ],
  ['failed, though it blamed nobody', false, [rollout('failed')]],
  ['failed before one of another digest', false, [toAnother, rollout('failed')]],
])('rolloutAnew decides about a digest whose rollout %s: %s', (_, is, past) => {
  expect(rolloutAnew(workload(), [change], past) !== undefined).toBe(is);
});

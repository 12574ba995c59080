import type { WorkloadState } from '@keelson/history';
import type { Workload } from '@keelson/kube';
import { readIntent, trackedContainers } from '@keelson/policy';
import { expect, it } from 'vitest';
import { followed } from '../testing/manifests.ts';
import { container, digestOf, workload } from '../testing/values.ts';
import { missedRollback } from './missed-rollback.ts';

const image = 'ghcr.io/me/web';
const [good, bad, other] = [digestOf('a'), digestOf('b'), digestOf('c')];
const record = { image, tag: 'latest', rolledOut: bad, lastGood: good, written: { uid: 'u1', path: 'image-pin' } };
const entry = {
  container: 'app',
  image,
  tag: 'latest',
  digest: bad,
  code: 'crash-loop',
  message: 'It crashed.',
  rollout: 'r1',
  at: 1,
};
const hold = (code: 'paused' | 'rollback-failed' | 'off' | 'manual-rollback-required') => ({
  hold: { code, message: '', at: 1 },
});
const byUndo = { writers: { 'image:app': [{ manager: 'kubectl-rollout', operation: 'Update' as const }] } };
const byKeelson = { writers: { 'image:app': [{ manager: 'keelson', operation: 'Apply' as const }] } };

function missed(over: Partial<Workload> = {}, known: Partial<WorkloadState> = {}) {
  const subject = workload({ containers: [container('app', `${image}:latest@${bad}`)], ...over });
  const { tracked } = trackedContainers(readIntent(subject), subject.containers);
  return missedRollback(subject, tracked, { digests: { app: record }, quarantine: [entry], ...known });
}

it('missedRollback leads to the good digest before the last good one where that is the quarantined one', () => {
  const digests = { app: { ...record, lastGood: bad, goodBefore: other } };

  expect(missed({}, { digests })?.changes).toMatchObject([{ to: { digest: other } }]);
});

it('missedRollback leads from a quarantined digest that is pinned to the last good one, and says why', () => {
  expect(missed()).toEqual({
    changes: [
      {
        container: 'app',
        image,
        from: { tag: 'latest', digest: bad },
        to: { tag: 'latest', digest: good },
      },
    ],
    code: 'rolled-back',
    rollbackOf: 'r1',
    message: expect.stringMatching(/^The workload has sha256:b+ in container app, .* It crashed\.$/),
  });
});

it.each<[string, boolean, Partial<Workload>, Partial<WorkloadState>?]>([
  ['a user paused', true, {}, hold('paused')],
  ['Keelson pinned, as only the object says', true, byKeelson, { digests: { app: { ...record, rolledOut: good } } }],
  ['kubectl rollout undo returned to it', true, byUndo, { digests: { app: { ...record, rolledOut: good } } }],
  [
    'names another tag that means it',
    true,
    { containers: [container('app', `${image}:stable`)] },
    { check: { at: 1, code: '', message: '', observed: [{ container: 'app', digest: bad }] } },
  ],
  [
    'names the tag that means it, without a pin',
    true,
    { containers: [container('app', `${image}:latest`)] },
    { check: { at: 1, code: '', message: '', observed: [{ container: 'app', digest: bad }] } },
  ],
  [
    'names the tag that means it, without the pin of the last good digest, which is restored as such',
    false,
    { containers: [container('app', `${image}:latest`)] },
    {
      digests: { app: { ...record, rolledOut: good } },
      check: { at: 1, code: '', message: '', observed: [{ container: 'app', digest: bad }] },
    },
  ],
  [
    'names another tag that means what is not quarantined',
    false,
    { containers: [container('app', `${image}:stable`)] },
    { check: { at: 1, code: '', message: '', observed: [{ container: 'app', digest: other }] } },
  ],
  ['somebody else pinned', false, {}, { digests: { app: { ...record, rolledOut: good } } }],
  ['is pinned to another digest', false, { containers: [container('app', `${image}:latest@${other}`)] }],
  ['has a digest that was released', false, {}, { quarantine: [] }],
  ['has no last good digest', false, {}, { digests: { app: { ...record, lastGood: bad } } }],
  ['has a last good digest that failed too', false, {}, { quarantine: [entry, { ...entry, digest: good }] }],
  ['failed in its rollback as well', false, {}, hold('rollback-failed')],
  ['waits for a manual rollback', false, {}, hold('manual-rollback-required')],
  ['was switched off', false, {}, hold('off')],
  ['wants no rollback', false, { annotations: { ...followed, 'keelson.sh/rollback': 'off' } }],
  ['is not known', false, {}, { digests: {} }],
])('missedRollback decides about a workload that %s: %s', (_, is, over, known) => {
  expect(missed(over, known) !== undefined).toBe(is);
});

it('missedRollback leads from all quarantined digests together, or from none', () => {
  const containers = ['app', 'side'].map((name) => container(name, `${image}:latest@${bad}`));
  const quarantine = [entry, { ...entry, container: 'side' }];
  const { lastGood: _, ...without } = record;

  expect(missed({ containers }, { quarantine, digests: { app: record, side: record } })?.changes).toHaveLength(2);
  expect(missed({ containers }, { quarantine, digests: { app: record, side: without } })).toBeUndefined();
});

import type { Digest } from '@keelson/image';
import { parseDigest, parseReference } from '@keelson/image';
import { decide, readIntent } from '@keelson/policy';
import { describe, expect, it } from 'vitest';
import upstream from './upstream.json' with { type: 'json' };

const follow = readIntent({
  annotations: { 'keel.sh/policy': 'force', 'keel.sh/matchTag': 'true', 'keel.sh/trigger': 'poll' },
  labels: {},
});

/** Rows of Keel's drift table whose outcome is not ours, on purpose. */
const different: Readonly<Record<string, string>> = {
  'rollout in progress, some replicas already updated':
    'only pods of the newest revision count, so two digests mean that its pods disagree, not that a rollout is under way',
  'force without matchTag does no drift lookup': 'force follows the digest of its tag with and without match-tag',
};

describe('Keel', () => {
  it.each(upstream.keelPolicy.cases)(
    'readIntent agrees with Keel on the policy of: $name',
    ({ annotations, labels, want }) => {
      const { managed, policy } = readIntent({ annotations: strings(annotations), labels: strings(labels) });
      expect({ managed, policy }).toEqual({ managed: true, policy: { type: 'unsupported', name: want } });
    },
  );

  it.each(upstream.keelTrigger.cases)(
    'readIntent agrees with Keel on the trigger of: $name',
    ({ annotations, labels, want }) => {
      const intent = readIntent({
        annotations: { 'keel.sh/policy': 'force', ...strings(annotations) },
        labels: strings(labels),
      });
      expect(intent.trigger).toBe(want === 'poll' ? 'poll' : 'webhook');
    },
  );

  it.each(upstream.keelDrift.cases)(
    'decide agrees with Keel on a push while it was down: $name',
    ({ name, registryDigest, running, tagDigests, tagDigestsError, wantEvent = false }) => {
      const image = 'gcr.io/v2-namespace/hello-world:1.1.1';
      // Keel decides for all workloads of an image at once; Keelson for each by itself.
      const workloads = running.length === 0 ? [[]] : running;
      const actions = workloads.map((digests) => {
        const facts = {
          name: 'app',
          image,
          reference: parseReference(image),
          running: digests.map(parseDigest),
        };
        const first = decide(facts, follow, { digest: parseDigest(registryDigest) });
        if (first.action !== 'need-related-digests' || tagDigestsError !== undefined) return first.action;
        const relatedDigests: readonly Digest[] = (tagDigests ?? [registryDigest]).map(parseDigest);
        return decide(facts, follow, { digest: parseDigest(registryDigest), relatedDigests }).action;
      });
      const expected = Object.hasOwn(different, name) ? !wantEvent : wantEvent;
      expect(actions.includes('roll-out')).toBe(expected);
    },
  );
});

/** The JSON's rows have different keys each; those that a row lacks are not there. */
function strings(map: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

import type { Pod } from '@keelson/kube';
import { expect, it } from 'vitest';
import { rollout } from '../testing/rollouts.ts';
import { digestOf, pod, workload } from '../testing/values.ts';
import { viewOf } from '../testing/view-of.ts';
import { rolloutView } from './rollout-view.ts';

const [before, after] = [digestOf('a'), digestOf('b')];

/** A pod of a DaemonSet's template of this generation, whose own spec names this image. */
function of(generation: number, specImage: string, imageID = ''): Pod {
  const one = pod({ app: imageID }, { labels: { 'pod-template-generation': `${generation}` } });
  return { ...one, containers: one.containers.map((container) => ({ ...container, specImage })) };
}

/** The pods by which a DaemonSet is judged whose template has generation 3. */
function judged(updated: number, pods: readonly Pod[]) {
  const view = viewOf({
    podsOfNewestRevision: () => pods,
    pods: () => pods,
  });
  const subject = workload({
    kind: 'DaemonSet',
    generation: 2,
    annotations: { 'deprecated.daemonset.template.generation': '3' },
    status: { observedGeneration: 2, replicas: 2, updated, available: 1, conditions: [] },
  });
  const seen = rolloutView(view, subject, rollout());
  return [seen.pods.length, seen.isBehind ?? false];
}

it.each<[string, number, readonly Pod[], readonly [number, boolean]]>([
  ['that names the digest before, beside a new pod that is not seen yet', 2, [of(2, `x@${before}`)], [0, true]],
  ['that runs the digest before by its tag', 2, [of(2, 'x:latest', `x@${before}`)], [0, true]],
  ['beside which only one is new', 1, [of(2, 'x:latest')], [0, true]],
  ['whose revision a rollback uses again', 2, [of(1, `x@${after}`)], [1, false]],
  ['that are new', 1, [of(3, 'x:latest', `x@${before}`)], [1, false]],
  ['before any is new', 0, [of(2, `x@${before}`)], [0, false]],
])('a DaemonSet is judged by its pods and not by older ones: pods %s (law 6)', (_, updated, pods, expected) => {
  expect(judged(updated, pods)).toEqual(expected);
});

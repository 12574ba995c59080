import { describe, expect, it } from 'vitest';
import { readPod } from '../objects/pod.ts';
import { readWorkload } from '../objects/workload.ts';
import type { Pod, ReplicaSet } from '../types.ts';
import { newestOf, podsOfNewestHash } from './newest-revision.ts';

function replicaSet(name: string, revision: number): ReplicaSet {
  return { namespace: 'shop', uid: name, ownerUid: 'web', revision, conditions: [] };
}

function pod(name: string, labels: Readonly<Record<string, string>>, creationTimestamp = '2026-01-01T00:00:00Z'): Pod {
  const read = readPod({ metadata: { name, uid: name, namespace: 'shop', labels, creationTimestamp } });
  if (read === undefined) throw new Error('no pod');
  return read;
}

function workload(kind: 'StatefulSet' | 'DaemonSet', status: unknown, annotations = {}) {
  const read = readWorkload(kind, { metadata: { name: 'web', uid: 'web', namespace: 'shop', annotations }, status });
  if (read === undefined) throw new Error('no workload');
  return read;
}

const hash = 'controller-revision-hash';
const generation = 'pod-template-generation';

describe('the newest ReplicaSet', () => {
  it.each([
    [[], undefined],
    [[replicaSet('a', 1)], 'a'],
    [[replicaSet('a', 9), replicaSet('b', 10), replicaSet('c', 2)], 'b'],
  ])('finds the newest ReplicaSet of %j: %s', (sets, expected) => {
    expect(newestOf(sets)?.uid).toBe(expected);
  });
});

describe('the pods of the newest revision', () => {
  it('takes the pods of the revision that the status of a StatefulSet names', () => {
    const pods = [pod('web-0', { [hash]: 'web-old' }), pod('web-1', { [hash]: 'web-new' })];

    expect(podsOfNewestHash(workload('StatefulSet', { updateRevision: 'web-new' }), pods)).toEqual([pods[1]]);
    expect(podsOfNewestHash(workload('StatefulSet', {}), pods)).toEqual([]);
  });

  it('takes the pods of a DaemonSet with the highest template generation, as a number', () => {
    const pods = [
      pod('a', { [hash]: 'nine', [generation]: '9' }, '2026-03-01T00:00:00Z'),
      pod('b', { [hash]: 'ten', [generation]: '10' }, '2026-02-01T00:00:00Z'),
      pod('c', { [hash]: 'ten', [generation]: '10' }, '2026-02-02T00:00:00Z'),
    ];

    expect(podsOfNewestHash(workload('DaemonSet', {}), pods).map(({ name }) => name)).toEqual(['b', 'c']);
  });

  it('takes the pods of a DaemonSet with the hash of the youngest pod where there is no template generation', () => {
    const pods = [
      pod('a', { [hash]: 'old' }, '2026-01-01T00:00:00Z'),
      pod('b', { [hash]: 'new' }, '2026-01-02T00:00:00Z'),
      pod('c', {}, '2026-01-03T00:00:00Z'),
    ];

    expect(podsOfNewestHash(workload('DaemonSet', {}), pods).map(({ name }) => name)).toEqual(['b']);
  });

  it('takes no pods of a DaemonSet that was rolled back while no new pod shows to which of two revisions (law 6)', () => {
    const rolledBack = workload('DaemonSet', {}, { 'deprecated.daemonset.template.generation': '3' });
    const good = pod('a', { [hash]: 'good', [generation]: '1' });
    const bad = pod('b', { [hash]: 'bad', [generation]: '2' });
    const anew = pod('c', { [hash]: 'good', [generation]: '3' });
    const newest = (...pods: readonly Pod[]) => podsOfNewestHash(rolledBack, pods).map(({ name }) => name);

    expect(newest(good, bad)).toEqual([]);
    expect(newest(good, bad, anew)).toEqual(['a', 'c']);
    expect(newest(good)).toEqual(['a']);
  });
});

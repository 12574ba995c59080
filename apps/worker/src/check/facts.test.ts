import type { DigestRecord, QuarantineEntry } from '@keelson/history';
import { parseReference } from '@keelson/image';
import type { Pod } from '@keelson/kube';
import { describe, expect, it } from 'vitest';
import { container, digestOf, pod, workload } from '../testing/values.ts';
import { factsOf } from './facts.ts';

const [a, b] = [digestOf('a'), digestOf('b')];
const record: DigestRecord = { image: 'ghcr.io/me/web', tag: 'latest', rolledOut: a };

const entry: QuarantineEntry = {
  container: 'app',
  image: 'ghcr.io/me/web',
  digest: b,
  code: 'crash-loop',
  message: 'It crashed.',
  at: 1,
};
const hold = { code: 'paused', message: 'Paused by a person.', at: 1 } as const;

const withState = (state: Partial<Parameters<typeof factsOf>[3]>) => {
  const app = { ...container('app', 'ghcr.io/me/web:latest'), reference: parseReference('ghcr.io/me/web:latest') };
  const known = { digests: {}, quarantine: [], ...state };
  return factsOf({ podsOfNewestRevision: () => [] }, workload({ containers: [app] }), app, known);
};

function facts(image: string, pods: readonly Pod[], records: Record<string, DigestRecord> = {}) {
  const app = { ...container('app', image), reference: parseReference(image) };
  return factsOf({ podsOfNewestRevision: () => pods }, workload({ containers: [app] }), app, {
    digests: records,
    quarantine: [entry],
    hold,
  });
}

describe('factsOf', () => {
  it.each<[string, readonly Pod[], object]>([
    ['no pod', [], { running: [] }],
    ['one pod', [pod({ app: `ghcr.io/me/web@${a}` })], { running: [a] }],
    ['pods of one image', [pod({ app: a }), pod({ app: `docker-pullable://x@${a}` })], { running: [a] }],
    ['pods of two images', [pod({ app: a }), pod({ app: b })], { running: [a, b] }],
    ['a pod that has not pulled yet', [pod({ app: a }), pod({ app: '' })], { running: [a] }],
    ['a pod that is being deleted', [pod({ app: b }, { deleting: true }), pod({ app: a })], { running: [a] }],
    ['a pod that was evicted weeks ago', [pod({ app: b }, { phase: 'Failed' }), pod({ app: a })], { running: [a] }],
    ['a pod without the container', [pod({ other: b })], { running: [] }],
  ])('factsOf reads the running digests of %s', (_, pods, expected) => {
    expect(facts('ghcr.io/me/web:latest', pods)).toMatchObject(expected);
  });

  it.each([
    ['the same repository and tag', 'ghcr.io/me/web:latest', { app: record }, a],
    ['the same image, pinned since', `ghcr.io/me/web:latest@${b}`, { app: record }, a],
    ['another tag', 'ghcr.io/me/web:dev', { app: record }, undefined],
    ['another repository', 'ghcr.io/me/other:latest', { app: record }, undefined],
    ['another container', 'ghcr.io/me/web:latest', { other: record }, undefined],
    ['no record', 'ghcr.io/me/web:latest', {}, undefined],
  ])('factsOf reads the recorded digest for %s', (_, image, records, rolledOut) => {
    expect(facts(image, [], records).rolledOut).toBe(rolledOut);
  });

  it('factsOf reads the digest that the image itself is pinned to', () => {
    expect(facts(`ghcr.io/me/web:latest@${b}`, []).pinned).toBe(b);
    expect(facts('ghcr.io/me/web:latest', [])).not.toHaveProperty('pinned');
  });

  it('a hold or a quarantine that cannot be read holds the workload', () => {
    const unreadable = [
      { part: 'check', message: 'No check.' },
      { part: 'hold', message: 'No hold.' },
      { part: 'quarantine', message: 'No quarantine.' },
    ] as const;

    expect(withState({ unreadable }).hold).toEqual({ message: 'No hold. No quarantine.' });
    expect(withState({ unreadable: unreadable.slice(0, 1) })).not.toHaveProperty('hold');
    expect(withState({ unreadable, hold }).hold).toEqual(hold);
  });

  it('factsOf has the quarantined digests of this container and repository, and the hold', () => {
    expect(facts('ghcr.io/me/web:latest', [])).toMatchObject({ quarantined: [{ digest: b }], hold });
    expect(facts('ghcr.io/me/other:latest', []).quarantined).toEqual([]);
  });
});

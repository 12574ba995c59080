import type { DigestRecord } from '@keelson/history';
import { parseReference } from '@keelson/image';
import type { ContainerFacts, Decision } from '@keelson/policy';
import { expect, it } from 'vitest';
import { digestOf } from '../testing/values.ts';
import { foundDigest } from './found-digest.ts';

const [a, b, c] = [digestOf('a'), digestOf('b'), digestOf('c')];
const image = 'ghcr.io/me/web';
const about = { container: 'app', image, tag: 'latest' };
const written = { uid: 'u1', path: 'image-pin' };

interface Row {
  readonly record?: Partial<DigestRecord>;
  /** What the tag means; the workload has `move.from` of the decision, or the same. */
  readonly action: Decision['action'];
  readonly works: boolean;
  readonly from?: typeof a;
  readonly ownPin?: typeof a;
  readonly quarantined?: ContainerFacts['quarantined'];
}

/** What is found where the tag means `b`. */
function found({ record, action, works, from, ownPin, quarantined = [] }: Row) {
  const facts = { name: 'app', reference: parseReference(`${image}:latest`), running: [], quarantined };
  const move = from === undefined ? {} : { move: { container: 'app', from, to: b } };
  const decision = { container: 'app', action, code: 'new-digest', message: 'So.', ...move } as const;
  const digests = record ? { app: { image, tag: 'latest', rolledOut: a, ...record } } : {};
  return foundDigest({ facts, digest: b, decision, works }, { digests }, ownPin);
}

it.each<[string, Row, object | undefined]>([
  ['a new digest that healthy pods run', { action: 'adopt', works: true }, { digest: b, good: true }],
  ['a new digest that no healthy pod runs', { action: 'adopt', works: false }, { digest: b, good: false }],
  [
    'a new digest that no healthy pod runs, after another tag',
    { action: 'adopt', works: false, record: { tag: 'v1', lastGood: a } },
    { digest: b, good: false, lastGood: a },
  ],
  ['what is recorded', { action: 'none', works: true, record: { rolledOut: b, lastGood: b } }, undefined],
  [
    'a doubtful digest that healthy pods run now',
    { action: 'none', works: true, record: { rolledOut: b, doubtful: true } },
    { digest: b, good: true },
  ],
  [
    'a doubtful digest that no healthy pod runs yet',
    { action: 'none', works: false, record: { rolledOut: b, doubtful: true } },
    undefined,
  ],
  [
    'a doubtful digest that is quarantined',
    {
      action: 'none',
      works: true,
      record: { rolledOut: b, doubtful: true },
      quarantined: [{ digest: b, message: '' }],
    },
    undefined,
  ],
  [
    'a doubtful digest that healthy pods run as a newer one is found',
    { action: 'roll-out', from: a, works: true, record: { doubtful: true } },
    { digest: a, good: true },
  ],
  [
    'a doubtful digest that no healthy pod runs as a newer one is found',
    { action: 'roll-out', from: a, works: false, record: { doubtful: true } },
    undefined,
  ],
  [
    'a pin of Keelson’s that Redis lost and no healthy pod runs',
    { action: 'roll-out', from: c, ownPin: c, works: false, record: { rolledOut: b, lastGood: a, written } },
    { digest: c, good: false, lastGood: a, written },
  ],
  [
    'a pin of Keelson’s that Redis lost and healthy pods run',
    { action: 'none', ownPin: b, works: true, record: { rolledOut: c, lastGood: a, written } },
    { digest: b, good: true, written },
  ],
  [
    'a digest that somebody else pinned',
    { action: 'roll-out', from: c, works: false, record: { rolledOut: b, lastGood: a, written } },
    undefined,
  ],
])('foundDigest decides about %s (law 14)', (_, row, expected) => {
  expect(found(row)).toEqual(expected && { ...about, ...expected });
});

import type { DigestRecord, Rollout } from '@keelson/history';
import { parseReference } from '@keelson/image';
import type { DecisionCode } from '@keelson/policy';
import { expect, it } from 'vitest';
import { digestOf } from '../testing/values.ts';
import { lostRollout } from './lost-rollout.ts';

const image = 'ghcr.io/me/web';
const [good, written] = [digestOf('a'), digestOf('b')];
const record: DigestRecord = {
  image,
  tag: 'latest',
  rolledOut: written,
  lastGood: good,
  written: { uid: 'u1', path: 'image-pin' },
};
const { written: _, ...found } = record;

interface Row {
  readonly record?: DigestRecord;
  readonly code?: DecisionCode;
  readonly pinned?: typeof good;
  readonly latest?: Pick<Rollout, 'changes'>;
}

function lost({ record: known = record, code = 'up-to-date', pinned = written, latest }: Row = {}) {
  const facts = { name: 'app', reference: parseReference(`${image}:latest`), pinned, running: [] };
  const decision = { container: 'app', action: 'none', code, message: 'So.' } as const;
  return lostRollout([{ facts, digest: written, decision }], { digests: { app: known } }, latest);
}

const changes = (digest: typeof good) => ({ changes: [{ container: 'app', image, from: {}, to: { digest } }] });

it('lostRollout verifies what was written from what was good before', () => {
  expect(lost()).toMatchObject({
    code: 'rollout-lost',
    changes: [{ container: 'app', from: { tag: 'latest', digest: good }, to: { tag: 'latest', digest: written } }],
  });
});

it.each<[string, boolean, Row]>([
  ['of which only an older rollout is known', true, { latest: changes(good) }],
  ['whose verdict is known, even one that blames nobody', false, { latest: changes(written) }],
  ['that is proven', false, { record: { ...record, lastGood: written } }],
  ['that was found running', false, { record: found }],
  ['that is not pinned any more', false, { pinned: good }],
  ['that is quarantined', false, { code: 'quarantined' }],
  ['of another tag', false, { record: { ...record, tag: 'v1' } }],
])('lostRollout decides about a digest %s: %s', (_, is, row) => {
  expect(lost(row) !== undefined).toBe(is);
});

import type { DigestRecord, QuarantineEntry } from '@keelson/history';
import { expect, it } from 'vitest';
import { digestOf } from '../testing/values.ts';
import { stateAfter } from './state-after.ts';
import { readStateText, stateText } from './state-text.ts';

const id = 'ns/deployment/web';
const record: DigestRecord = {
  image: 'ghcr.io/me/web',
  tag: 'latest',
  rolledOut: digestOf('b'),
  lastGood: digestOf('a'),
  written: { uid: 'u1', path: 'image-pin' },
};
const entry = (character: string): QuarantineEntry => ({
  container: 'app',
  image: 'ghcr.io/me/web',
  tag: 'latest',
  digest: digestOf(character),
  code: 'crash-loop',
  message: 'It crashed.',
  at: 1,
});
const hold = { code: 'paused', message: 'Paused by a person.', at: 2 } as const;

it('readStateText reads what stateText wrote', () => {
  const state = { quarantine: [entry('c')], hold, digests: { app: record } };

  expect(readStateText(id, stateText(id, state))).toEqual(state);
});

it('readStateText believes nothing that a copied manifest says of another workload (law 14)', () => {
  const text = stateText(id, { quarantine: [entry('c')], hold, digests: { app: record } });

  expect(readStateText('ns/deployment/copy', text)).toBeUndefined();
});

it('readStateText reads a text that names no workload, as releases before 0.2 wrote it', () => {
  const state = { quarantine: [entry('c')], hold, digests: { app: record } };

  expect(readStateText(id, JSON.stringify(state))).toEqual(state);
});

it.each(['paused', 'rollback-failed', 'no-last-good', 'off'] as const)(
  'readStateText reads a hold with the code %s',
  (code) => {
    const state = { quarantine: [], hold: { ...hold, code }, digests: {} };

    expect(readStateText(id, stateText(id, state))).toEqual(state);
  },
);

it('readStateText reads the field names of the release before this one', () => {
  const { message, ...old } = entry('c');
  const earlier = { quarantine: [{ ...old, sentence: message }], digests: { app: record } };
  const held = (code: string) => JSON.stringify({ ...earlier, hold: { code, sentence: 'Said then.', at: 2 } });

  expect(readStateText(id, held('undone'))).toEqual({
    quarantine: [entry('c')],
    hold: { code: 'reverted', message: 'Said then.', at: 2 },
    digests: { app: record },
  });
  expect(readStateText(id, held('rollback-by-hand'))?.hold?.code).toBe('manual-rollback-required');
  expect(readStateText(id, held('paused'))?.hold?.code).toBe('paused');
});

it('stateText writes nothing where the cluster itself shows everything', () => {
  const { written: _, ...found } = record;

  expect(stateText(id, { quarantine: [], digests: {} })).toBeUndefined();
  expect(stateText(id, { quarantine: [], digests: { app: found } })).toBeUndefined();
});

it('stateText gives equal texts for equal states, in whichever order their fields are', () => {
  const { lastGood, ...rest } = record;
  const other = { ...(lastGood && { lastGood }), ...rest };

  expect(stateText(id, { quarantine: [], digests: { b: record, a: other } })).toBe(
    stateText(id, { digests: { a: record, b: record }, quarantine: [] }),
  );
});

it('stateText keeps the newest entries only, with shortened messages', () => {
  const many = '0123456789abcdef'.split('').map((character) => ({ ...entry(character), message: 'x'.repeat(5_000) }));
  const text = stateText(id, { quarantine: many, digests: { app: record } }) ?? '';

  expect(readStateText(id, text)?.quarantine.map(({ digest }) => digest)).toEqual('01234'.split('').map(digestOf));
  expect(text.length).toBeLessThan(4_096);
});

it.each([undefined, '', 'null', '{}', '{"digests":{"app":{"rolledOut":"latest"}},"quarantine":[]}', '[1'])(
  'believes nothing of %o',
  (text) => {
    expect(readStateText(id, text)).toBeUndefined();
  },
);

it('readStateText believes each part that is valid, whatever a newer Keelson or a user wrote beside it (laws 7 and 13)', () => {
  const newer = { code: 'approval-required', message: 'Approve it.', at: 2, by: 'somebody' };
  const quarantine = [entry('c'), { ...entry('d'), digest: 'latest' }, 7];
  const text = JSON.stringify({
    workload: id,
    digests: { app: record, side: {} },
    quarantine,
    hold: newer,
    version: 3,
  });

  expect(readStateText(id, text)).toEqual({
    digests: { app: record },
    quarantine: [entry('c')],
    hold: { code: 'paused', message: 'Approve it.', at: 2 },
  });
});

it('stateAfter has the digests of a rollout once it is written', () => {
  const { written: _, ...found } = record;
  const change = { container: 'app', image: record.image, from: { digest: digestOf('b') } };
  const changes = [{ ...change, to: { tag: 'latest', digest: digestOf('c') } }];

  const after = stateAfter(
    { quarantine: [entry('d')], digests: { app: found } },
    { changes },
    { uid: 'u2' },
    'image-pin',
  );

  expect(after).toEqual({
    quarantine: [entry('d')],
    digests: { app: { ...record, rolledOut: digestOf('c'), written: { uid: 'u2', path: 'image-pin' } } },
  });
});

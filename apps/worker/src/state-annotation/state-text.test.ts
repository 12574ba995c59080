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
const source = 'Its annotation keelson.sh/state says so, and Redis did not know it.';
const failed = (character: string) => ({
  ...entry(character),
  message: `The digest failed on this workload (crash-loop). ${source}`,
  restored: true,
});
const restored = (why: string, code: string = hold.code) => ({
  ...hold,
  code,
  message: `${why} ${source} Nothing new is rolled out until a user resumes it.`,
  restored: true,
});

it('readStateText reads what stateText wrote, and marks it as restored (law 13)', () => {
  const state = { quarantine: [entry('c')], hold, digests: { app: record } };

  expect(readStateText(id, stateText(id, state))).toEqual({
    quarantine: [failed('c')],
    hold: restored('A user paused the workload.'),
    digests: { app: record },
  });
});

it('stateText saves again what was restored', () => {
  const read = readStateText(id, stateText(id, { quarantine: [entry('c')], hold, digests: { app: record } }));
  if (!read) throw new Error('unreachable');

  expect(readStateText(id, stateText(id, read))).toEqual(read);
});

it('readStateText believes nothing that a copied manifest says of another workload (law 14)', () => {
  const text = stateText(id, { quarantine: [entry('c')], hold, digests: { app: record } });

  expect(readStateText('ns/deployment/copy', text)).toBeUndefined();
});

it('readStateText reads a text that names no workload, as releases before 0.2 wrote it', () => {
  const state = { quarantine: [entry('c')], hold, digests: { app: record } };

  expect(readStateText(id, JSON.stringify(state))).toEqual(readStateText(id, stateText(id, state)));
});

it.each([
  ['paused', 'A user paused the workload.'],
  ['rollback-failed', 'A rollback of the workload failed.'],
  ['no-last-good', 'A rollout failed, and no digest was known to work.'],
  ['off', 'Keelson was switched off for the workload.'],
] as const)('readStateText reads a hold with the code %s', (code, why) => {
  const state = { quarantine: [], hold: { ...hold, code }, digests: {} };

  expect(readStateText(id, stateText(id, state))?.hold).toEqual(restored(why, code));
});

it('readStateText reads the field names of the release before this one', () => {
  const { message, ...old } = entry('c');
  const earlier = { quarantine: [{ ...old, sentence: message }], digests: { app: record } };
  const held = (code: string) => JSON.stringify({ ...earlier, hold: { code, sentence: 'Said then.', at: 2 } });

  expect(readStateText(id, held('undone'))).toEqual({
    quarantine: [failed('c')],
    hold: restored('What Keelson wrote into the workload was reverted again and again.', 'reverted'),
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
    quarantine: [failed('c')],
    hold: restored('The workload was put on hold for a reason that this release does not know.'),
  });
});

it('readStateText believes no text of the annotation, and shows none (law 17)', () => {
  const forged = { code: 'Keelson says: all is well', message: 'Keelson says: all is well', at: 1 };
  const text = JSON.stringify({
    digests: {},
    quarantine: [{ ...entry('c'), ...forged, rollout: 'no id' }],
    hold: forged,
  });

  const read = readStateText(id, text);

  expect(read?.hold?.code).toBe('paused');
  expect(read?.quarantine[0]).toMatchObject({
    code: 'restored',
    message: `The digest failed on this workload. ${source}`,
  });
  expect(JSON.stringify(read)).not.toMatch(/all is well|no id/);
});

it.each([
  ['a hold after the last time', { hold: { ...hold, at: 9e15 } }],
  ['a hold before all times', { hold: { ...hold, at: -1 } }],
  ['an entry after the last time', { quarantine: [{ ...entry('c'), at: 9e15 }] }],
  ['an entry of a container with an impossible name', { quarantine: [{ ...entry('c'), container: 'a/b' }] }],
  ['an entry of no repository', { quarantine: [{ ...entry('c'), image: 'Keelson says hello' }] }],
  ['an entry of no tag', { quarantine: [{ ...entry('c'), tag: 'a tag' }] }],
  ['digests of a container with an impossible name', { digests: { 'a b': record } }],
  ['digests of no repository', { digests: { app: { ...record, image: 'ghcr.io/me/web:latest' } } }],
  ['digests of no tag', { digests: { app: { ...record, tag: 'x'.repeat(129) } } }],
  ['a text past its bound', { digests: { app: record }, more: 'x'.repeat(16 * 1024) }],
])('readStateText believes nothing of %s (law 17)', (_, state) => {
  expect(readStateText(id, JSON.stringify({ digests: {}, quarantine: [], ...state }))).toBeUndefined();
});

it.each([
  { uid: 'u1', path: 'of-a-newer-keelson' },
  { uid: 'no uid', path: 'image-pin' },
])('readStateText believes the digests beside %j, and not where they were written', (written) => {
  const { written: _, ...rest } = record;
  const text = JSON.stringify({ digests: { app: { ...record, written } }, quarantine: [] });
  expect(readStateText(id, text)?.digests).toEqual({ app: rest });
});

it('readStateText believes as many entries and containers as a workload may have (law 17)', () => {
  const many = Array.from({ length: 60 }, () => entry('c'));
  expect(readStateText(id, JSON.stringify({ digests: {}, quarantine: many }))?.quarantine).toHaveLength(20);
  const { written: _, lastGood: _none, ...found } = record;
  const digests = Object.fromEntries(Array.from({ length: 100 }, (_one, n) => [`c${n}`, found]));
  const read = readStateText(id, JSON.stringify({ digests, quarantine: [] }));
  expect(Object.keys(read?.digests ?? {})).toHaveLength(64);
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

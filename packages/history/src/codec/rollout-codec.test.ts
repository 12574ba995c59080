import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { change, digest } from '../../test/samples.ts';
import { idOf, startOf } from '../rollouts/id.ts';
import type { Rollout } from '../rollouts/types.ts';
import { dictionary1 } from './dictionary.ts';
import { decodeRollout, encodeRollout } from './rollout-codec.ts';

const id = idOf(Date.parse('2026-11-22T10:00:00.123Z') * 16 + 3);
const createdAt = startOf(id);

function sample(more: Partial<Rollout> = {}): Rollout {
  return {
    id,
    workload: 'myapp/deployment/myapp',
    changes: [change('a', 'b')],
    trigger: 'poll',
    code: 'new-digest',
    message: 'The registry has a new digest.',
    state: 'pending',
    createdAt,
    updatedAt: createdAt,
    transitions: [{ state: 'pending', at: createdAt, code: 'new-digest' }],
    generation: 0,
    kind: 'update',
    ...more,
  };
}

const transitions = [
  { state: 'pending', at: createdAt, code: 'new-digest' },
  { state: 'verifying', at: createdAt + 41, code: 'patched', message: 'generation 7' },
  { state: 'failed', at: createdAt + 12_345, code: 'crash-loop', message: 'Ends with exit code 1.' },
] as const;

const written = {
  uid: '8f3c1d52-0b7e-4a86-9c1f-2e6d7a90b415',
  template: '6f7d9c5b8412ab3c',
  path: 'template-annotation',
};

const cases: [string, Rollout][] = [
  ['a fresh one', sample()],
  ['without a message', sample({ message: '' })],
  ['from nothing', sample({ changes: [change(undefined, 'b', { from: {} })] })],
  [
    'several containers',
    sample({ changes: [change('a', 'b'), change('c', 'd', { container: 'init', image: 'docker.io/library/nginx' })] }),
  ],
  ['text that is not ASCII', sample({ message: 'größer als „alt“ → neu 🚀', trigger: 'manual' })],
  [
    'a clock that went back',
    sample({
      updatedAt: createdAt - 500,
      state: 'cancelled',
      transitions: [...transitions.slice(0, 1), { state: 'cancelled', at: createdAt - 500, code: 'gone' }],
    }),
  ],
  [
    'a failed one with evidence',
    sample({
      state: 'failed',
      updatedAt: createdAt + 12_345,
      transitions,
      generation: 7,
      evidence: {
        pod: 'myapp-5d9-x',
        container: 'app',
        reason: 'Error',
        message: '',
        exitCode: 0,
        restarts: 3,
        log: 'a\nb',
      },
    }),
  ],
  [
    'every field of a version',
    sample({
      changes: [
        change('a', 'b', {
          to: {
            tag: 't',
            digest: digest('b'),
            commit: 'v1-dirty',
            built: '2026-11-22T10:11:12.345+01:00',
            version: '1.2.3',
            source: 'https://gitlab.com/x',
          },
        }),
      ],
    }),
  ],
  [
    'a commit that begins like a packed one',
    sample({ changes: [change('a', 'b', { to: { digest: digest('b'), commit: '~odd', built: '2026-11-22' } })] }),
  ],
  ['one that was written', sample({ generation: 7, written })],
  ['one that was written beside what others wrote', sample({ written: { ...written, foreign: '00ff7d9c5b8412ab' } })],
  ['one whose other hash has another form', sample({ written: { ...written, foreign: 'none' } })],
  ['one that was written to a template of another hash', sample({ written: { ...written, template: '6f7d9c5b84' } })],
  ['a path and an object that a later release names', sample({ written: { uid: 'U-1', template: '', path: 'x' } })],
  [
    'one that was written beside other images',
    sample({ written, beside: { side: ['0a1b2c3d', '4e5f6071'], init: [] } }),
  ],
  [
    'one that is soaked',
    sample({
      written,
      soak: { since: createdAt + 9_123, lastReady: createdAt - (createdAt % 1_000) + 9_000, newestPod: 0 },
    }),
  ],
  [
    'a rollback',
    sample({ kind: 'rollback', rollbackOf: idOf(1), trigger: 'verdict', unhealthyBefore: 'It never was ready.' }),
  ],
  ['a manual rollback', sample({ kind: 'rollback', trigger: 'manual' })],
  ['one of an unhealthy workload, with evidence', sample({ evidence: { pod: 'p' }, unhealthyBefore: '' })],
  [
    'an upper-case commit',
    sample({
      changes: [
        change('a', 'b', { to: { digest: digest('b'), commit: 'A'.repeat(40), built: '2026-11-22T10:11:12.000Z' } }),
      ],
    }),
  ],
];

it.each(cases)('the codec decodes what it encoded: %s', (_, rollout) => {
  expect(decodeRollout(id, encodeRollout(rollout))).toEqual(rollout);
});

it('an encoded rollout grows by few bytes with its written object', () => {
  const plain = sample({ state: 'succeeded', transitions, generation: 7 });

  expect(encodeRollout({ ...plain, written }).length - encodeRollout(plain).length).toBeLessThanOrEqual(40);
});

it('an encoded rollout begins with its version and its state', () => {
  const bytes = encodeRollout(sample({ state: 'failed', transitions }));
  expect(bytes.subarray(0, 2).toString()).toBe('1f');
});

it('the codec reads with the dictionary of the stored rollout', () => {
  // Changing the dictionary makes every stored rollout unreadable; a new one needs a new version of the format.
  expect(createHash('sha256').update(dictionary1).digest('hex')).toBe(
    '6609e9efb5323a77a4ad860811454510b0be2d57a3ed7e35e1da4589f1b375ad',
  );
});

it('the codec reads a rollout of the first release', () => {
  const stored = Buffer.from(
    'MWaLVsqtTCwoQHY/WACbJ/DGtR6SF7FlouTc0ryi/FT9/IJimA1IHqssSHVyLc5PKksuMivPcq/KzQxIDklMdTePTw9NczWtLI10Ms5IjC8N9ikGBRke5agBFpAZkO+W7mgaHppflRlqmRPl717h51lqmZru7GnoXOFdaRxQWlQSnuzoZQAyF7dyR0gsGZsYGZkbEYgFE0NEPOgopafmpRYlgsoqBXOwijQlHUMjYwMTHSVE0lbSUXLNS4GW/ohSw1APFEfmsQA=',
    'base64',
  );
  expect(decodeRollout(id, stored)).toEqual(
    sample({ state: 'failed', updatedAt: createdAt + 12_345, transitions, generation: 7 }),
  );
});

describe('a rollout that does not parse', () => {
  const good = encodeRollout(sample());
  const bad: [string, Buffer][] = [
    ['empty', Buffer.alloc(0)],
    ['of another version', Buffer.concat([Buffer.from('9p'), good.subarray(2)])],
    ['cut off', good.subarray(0, 40)],
    ['not deflated', Buffer.from('1p["x"]')],
  ];
  it.each(bad)('the codec names a rollout that does not parse: %s', (_, bytes) => {
    expect(() => decodeRollout(id, bytes)).toThrow(
      expect.objectContaining({ code: 'corrupt', retryable: false, message: expect.stringContaining(id) }),
    );
  });
});

import { inflateRawSync } from 'node:zlib';
import { bounds } from '@keelson/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { digest, record } from '../../test/samples.ts';
import { isHistoryError } from '../errors.ts';
import { idOf, startOf } from '../rollouts/id.ts';
import type { Rollout } from '../rollouts/types.ts';
import { dictionary1 } from './dictionary.ts';
import { checkRecord, fromJson, proofs, toJson, workloadRecord } from './json.ts';
import { hold, quarantineList } from './restrictions.ts';
import { decodeRollout, encodeRollout } from './rollout-codec.ts';

const id = idOf(Date.parse('2026-11-22T10:00:00.123Z') * 16 + 3);
const createdAt = startOf(id);

/** Any text, up to ten times as long as a message may be, of characters that take up to six bytes each. */
const unit = fc.constantFrom('a', '\u0000', '"', '€', '🚀', '\ud800');
const text = fc
  .tuple(fc.array(unit, { minLength: 1, maxLength: 10 }), fc.integer({ min: 0, max: 1_000 }))
  .map(([units, times]) => units.join('').repeat(times));
const name = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 63 });
const label = fc.option(text, { nil: undefined });

const version = fc.record(
  {
    tag: fc.string({ maxLength: 128 }),
    digest: fc.constant(digest('a')),
    commit: text,
    built: text,
    version: text,
    source: text,
  },
  { requiredKeys: ['digest'] },
);
const at = fc.integer({ min: createdAt - 1_000, max: createdAt + 1_000_000 });

function rollouts(most: { readonly containers: number; readonly steps: number }): fc.Arbitrary<Rollout> {
  return fc
    .record(
      {
        changes: fc.array(
          fc.record({ container: name, image: fc.string({ maxLength: 255 }), from: version, to: version }),
          { minLength: 1, maxLength: most.containers },
        ),
        message: text,
        steps: fc.array(fc.record({ at, code: fc.constantFrom('written', 'deadline-passed'), message: text }), {
          maxLength: most.steps,
        }),
        evidence: fc.record(
          { pod: name, reason: text, message: text, exitCode: fc.integer(), log: text },
          { requiredKeys: [] },
        ),
        unhealthyBefore: label,
      },
      { requiredKeys: ['changes', 'message', 'steps'] },
    )
    .map(({ steps, unhealthyBefore, ...rest }) => {
      const transitions = [
        { state: 'pending', at: createdAt, code: 'new-digest' } as const,
        ...steps.map((step) => ({ state: 'verifying', ...step }) as const),
      ];
      const newest = transitions.at(-1);
      return {
        id,
        workload: 'myapp/deployment/myapp',
        trigger: 'poll',
        code: 'new-digest',
        state: newest?.state ?? 'pending',
        createdAt,
        updatedAt: newest?.at ?? createdAt,
        transitions,
        generation: 1,
        kind: 'update',
        ...rest,
        ...(unhealthyBefore !== undefined && { unhealthyBefore }),
      };
    });
}

it('each rollout that is stored can be read, with what depends on it, and takes no more than its bound (law 17)', () => {
  fc.assert(
    fc.property(rollouts({ containers: bounds.containers, steps: bounds.steps }), (rollout) => {
      const bytes = encodeRollout(rollout);
      const read = decodeRollout(id, bytes);

      expect(inflateRawSync(bytes.subarray(2), { dictionary: dictionary1 }).length).toBeLessThanOrEqual(
        bounds.rolloutBytes,
      );
      const essence = ({ changes, state, transitions, unhealthyBefore }: Rollout) => ({
        changes: changes.map(({ container, image, from, to }) => [container, image, from.digest, to.digest, to.tag]),
        state,
        steps: transitions.map(({ state, at, code }) => [state, at, code]),
        isHealthy: unhealthyBefore === undefined,
      });
      expect(essence(read)).toEqual(essence(rollout));
    }),
    { numRuns: 40 },
  );
});

function outcomeOf(work: () => unknown): unknown {
  try {
    work();
    return 'read';
  } catch (error) {
    return isHistoryError(error) && error.code === 'invalid' ? 'refused' : error;
  }
}

it('a rollout that cannot be read again is refused, and not stored (law 17)', () => {
  fc.assert(
    fc.property(rollouts({ containers: 10 * bounds.containers, steps: 5 }), fc.boolean(), (rollout, isOdd) => {
      const odd = isOdd ? { ...rollout, evidence: { exitCode: Number.NaN } } : rollout;
      const outcome = outcomeOf(() => decodeRollout(id, encodeRollout(odd)));
      expect(isOdd ? ['refused'] : ['refused', 'read']).toContain(outcome);
    }),
    { numRuns: 30 },
  );
});

it('every other record is cut where it is only shown, read as it was stored, and bounded (law 17)', () => {
  const container = fc.record({
    name,
    image: fc.string({ maxLength: 700 }),
    repository: fc.string({ maxLength: 520 }),
  });
  const workload = fc.record({
    id: name,
    namespace: name,
    kind: name,
    name,
    uid: name,
    policy: text,
    trigger: fc.constant('poll'),
    schedule: text,
    owner: text,
    leftOwners: fc.array(text, { maxLength: 50 }),
    writePath: name,
    containers: fc.array(container, { maxLength: bounds.containers }),
    warnings: fc.array(fc.record({ code: name, key: text, message: text }), { maxLength: 10 }),
  });
  const check = fc.record({
    at,
    code: name,
    message: text,
    error: fc.record({ code: name, message: text }),
    observed: fc.array(fc.record({ container: name, digest: fc.constant(digest('a')) }), {
      maxLength: bounds.containers,
    }),
    unhealthy: text,
  });
  const failed = fc.record({ since: at, code: name, message: text });
  const proof = fc.record({ image: name, digest: fc.constant(digest('a')), at, failed });
  const entry = fc.record({
    container: name,
    image: name,
    digest: fc.constant(digest('a')),
    code: name,
    message: text,
    at,
  });

  fc.assert(
    fc.property(
      workload,
      check,
      fc.dictionary(name, proof, { maxKeys: bounds.containers }),
      fc.array(entry, { maxLength: bounds.quarantined }),
      text,
      (...values) => {
        const [one, last, proven, quarantined, message] = values;
        const records = [
          [workloadRecord, one],
          [checkRecord, last],
          [proofs, proven],
          [quarantineList, quarantined],
          [hold, { code: 'off', message, at: 1 }],
        ] as const;
        for (const [schema, value] of records) {
          const json = toJson(schema, value, 'record');
          expect(Buffer.byteLength(json)).toBeLessThanOrEqual(bounds.recordBytes);
          expect(toJson(schema, fromJson(schema, json, 'record'), 'record')).toBe(json);
        }
      },
    ),
    { numRuns: 30 },
  );
});

it('a record that is larger than any is refused, and of left owners the newest are kept (law 17)', () => {
  const observed = Array.from({ length: 5_000 }, (_, n) => ({ container: `c${n}`, digest: digest('a') }));
  const check = { at: 1, code: 'same', message: '', observed };
  const leftOwners = Array.from({ length: 10 * bounds.leftOwners }, (_, n) => `owner ${n}`);
  const json = toJson(workloadRecord, { ...record('a/deployment/web'), leftOwners }, 'record');

  expect(outcomeOf(() => toJson(checkRecord, check, 'record'))).toBe('refused');
  expect(fromJson(workloadRecord, json, 'record').leftOwners).toEqual(leftOwners.slice(-bounds.leftOwners));
});

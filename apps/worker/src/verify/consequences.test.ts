import type { QuarantineEntry, Rollout, RolloutChange } from '@keelson/history';
import { describe, expect, it } from 'vitest';
import { rollout as rolloutOf } from '../testing/rollouts.ts';
import { digestOf } from '../testing/values.ts';
import type { ConsequencesInput } from './consequences.ts';
import { consequencesOf } from './consequences.ts';

const image = 'ghcr.io/me/web';
const now = 10 * 60 * 60_000;
const [good, bad] = [digestOf('a'), digestOf('b')];

const moved = (container: string, over: Partial<RolloutChange> = {}): RolloutChange => ({
  container,
  image: image,
  from: { tag: 'latest', digest: good, commit: 'c0ffee' },
  to: { tag: 'latest', digest: bad },
  ...over,
});

const rollout = (over: Partial<Rollout> = {}): Rollout => rolloutOf({ changes: [moved('app')], ...over });

const known = { image: image, tag: 'latest', rolledOut: bad, lastGood: good };

const input = (over: Partial<ConsequencesInput> = {}): ConsequencesInput => ({
  rollout: rollout(),
  verdict: {
    type: 'failed',
    blamed: true,
    code: 'crash-loop',
    message: 'It crashes.',
    evidence: { pod: 'web-1', container: 'app', restarts: 3 },
  },
  isChanged: false,
  ran: new Map(),
  state: { digests: { app: known }, quarantine: [] },
  intent: { rollback: 'auto' },
  now: now,
  ...over,
});

const earlier = (character: string, over: Partial<QuarantineEntry> = {}): QuarantineEntry => ({
  container: 'app',
  image: image,
  digest: digestOf(character),
  code: 'crash-loop',
  message: 'It crashed.',
  at: now - 60_000,
  rollout: `r0000000${character}`,
  ...over,
});

describe('what follows from a failed rollout', () => {
  it('a failure quarantines its digest and rolls back to the last good one', () => {
    const { quarantine, hold, rollback } = consequencesOf(input());

    expect(quarantine).toEqual([
      {
        container: 'app',
        image: image,
        tag: 'latest',
        digest: bad,
        code: 'crash-loop',
        message: 'sha256:bbbbbbbbbbbb failed here: It crashes.',
        at: now,
        rollout: 'r00000001',
      },
    ]);
    expect(hold).toBeUndefined();
    expect(rollback).toMatchObject({
      trigger: 'verdict',
      code: 'rolled-back',
      changes: [{ container: 'app', image: image, from: { digest: bad }, to: { tag: 'latest', digest: good } }],
    });
    expect(rollback?.changes[0]?.to.commit, 'the version of the good image').toBe('c0ffee');
  });

  it('a failure quarantines the digest that the pods ran, where a push came between the write and their start', () => {
    const { quarantine, rollback } = consequencesOf(input({ ran: new Map([['app', digestOf('c')]]) }));

    expect(quarantine).toMatchObject([
      { digest: digestOf('c'), message: 'sha256:cccccccccccc failed here: It crashes.' },
    ]);
    expect(rollback?.changes).toMatchObject([{ to: { digest: good } }]);
  });

  it('a failure has no consequences where the image is not blamed', () => {
    expect(consequencesOf(input({ verdict: { ...input().verdict, blamed: false } }))).toEqual({});
  });

  it('a failure neither rolls back nor holds where no good digest is known, since the next push may fix it', () => {
    const { lastGood: _, ...unproven } = known;
    const { rollback, hold, quarantine } = consequencesOf(
      input({ state: { digests: { app: unproven }, quarantine: [] } }),
    );

    expect({ rollback, hold }).toEqual({});
    expect(quarantine).toHaveLength(1);
  });

  it.each([
    ['of another repository', { ...known, image: 'ghcr.io/me/other' }],
    ['that is the failed one itself', { ...known, lastGood: bad }],
  ])('a failure does not roll back to a digest %s', (_, record) => {
    expect(consequencesOf(input({ state: { digests: { app: record }, quarantine: [] } })).rollback).toBeUndefined();
  });

  it('a failure of the last good digest itself rolls back to the good one before it', () => {
    const record = { ...known, lastGood: bad, goodBefore: digestOf('c') };
    const { rollback, hold } = consequencesOf(input({ state: { digests: { app: record }, quarantine: [] } }));

    expect(rollback?.changes).toMatchObject([{ to: { digest: digestOf('c') } }]);
    expect(hold).toBeUndefined();
  });

  it('a failure of the last good digest itself puts the workload on hold where no good one is known before it (law 16)', () => {
    const { hold } = consequencesOf(
      input({ state: { digests: { app: { ...known, lastGood: bad } }, quarantine: [] } }),
    );

    expect(hold).toMatchObject({
      code: 'no-last-good',
      message: expect.stringMatching(/^sha256:bbbbbbbbbbbb worked here before, and fails now: It crashes\. No digest/),
    });
  });

  it('a failure rolls all containers back, and quarantines the one that failed', () => {
    const changes = [moved('app'), moved('sidecar', { to: { tag: 'latest', digest: digestOf('c') } })];
    const { rollback, quarantine } = consequencesOf(
      input({ rollout: rollout({ changes }), state: { digests: { app: known, sidecar: known }, quarantine: [] } }),
    );

    expect(rollback?.changes.map(({ container }) => container)).toEqual(['app', 'sidecar']);
    expect(quarantine?.map(({ container }) => container)).toEqual(['app']);
  });

  it('a failure quarantines its digest for every container that it was rolled out to', () => {
    const changes = [moved('migrate'), moved('app'), moved('sidecar', { image: 'ghcr.io/me/other' })];
    const { quarantine } = consequencesOf(input({ rollout: rollout({ changes }) }));

    expect(quarantine?.map(({ container }) => container)).toEqual(['migrate', 'app']);
  });

  it('a failure rolls nothing back where one of several containers has no good digest', () => {
    const changes = [moved('app'), moved('sidecar')];
    const { rollback } = consequencesOf(input({ rollout: rollout({ changes }) }));

    expect(rollback).toBeUndefined();
  });

  it('a failure quarantines all changed containers when none of them is known to have failed', () => {
    const { evidence: _, ...verdict } = input().verdict;
    const changes = [moved('app'), moved('sidecar')];

    expect(consequencesOf(input({ verdict, rollout: rollout({ changes }) })).quarantine).toHaveLength(2);
  });

  it.each([
    ['hold', 'manual-rollback-required'],
    ['off', undefined],
  ] as const)('a failure rolls nothing back with the annotation rollback: %s', (mode, code) => {
    const { rollback, hold, quarantine } = consequencesOf(input({ intent: { rollback: mode } }));

    expect(rollback).toBeUndefined();
    expect(hold?.code).toBe(code);
    expect(quarantine).toHaveLength(1);
  });

  it('a failed rollback holds the workload, and does not quarantine the good digest (law 8)', () => {
    const consequences = consequencesOf(input({ rollout: rollout({ kind: 'rollback', rollbackOf: 'r00000000' }) }));

    expect(consequences).toEqual({
      hold: { code: 'rollback-failed', at: now, message: expect.stringContaining('It crashes.') },
    });
  });
});

describe('what follows from a failure in a pod template that was changed meanwhile', () => {
  it('it is rolled back, which shows whether the image or the change is the cause', () => {
    const { quarantine, hold, rollback } = consequencesOf(input({ isChanged: true }));

    expect(quarantine).toMatchObject([{ digest: bad }]);
    expect(rollback?.changes).toMatchObject([{ to: { digest: good } }]);
    expect(hold).toBeUndefined();
  });

  it.each([
    ['no good digest is known', { state: { digests: {}, quarantine: [] } }],
    ['its owner rolls back', { intent: { rollback: 'hold' } as const }],
  ])('the image is not blamed where %s, as nothing shows the cause', (_, over) => {
    expect(consequencesOf(input({ isChanged: true, ...over }))).toEqual({});
  });

  it('a failed rollback takes the digest out of quarantine, and no other one (law 16)', () => {
    const entries = [earlier('b', { rollout: 'r00000000' }), earlier('c'), earlier('d', { code: 'manual' })];
    const { hold, released } = consequencesOf(
      input({
        isChanged: true,
        rollout: rollout({ kind: 'rollback', rollbackOf: 'r00000000' }),
        state: { digests: { app: known }, quarantine: entries },
      }),
    );

    expect(released).toEqual(entries.slice(0, 1));
    expect(hold).toMatchObject({
      code: 'rollback-failed',
      message: expect.stringContaining('sha256:bbbbbbbbbbbb is out of quarantine'),
    });
  });

  it('a failed rollback that no failure began releases nothing', () => {
    const { rollout: _, ...byUser } = earlier('b');
    const state = { digests: { app: known }, quarantine: [byUser] };

    expect(
      consequencesOf(input({ isChanged: true, rollout: rollout({ kind: 'rollback' }), state })).released,
    ).toBeUndefined();
  });
});

describe('the breaker of a workload', () => {
  it('the third failed push in an hour holds the workload, and still rolls back', () => {
    const { hold, rollback } = consequencesOf(
      input({ state: { digests: { app: known }, quarantine: [earlier('c'), earlier('d')] } }),
    );

    expect(hold?.code).toBe('too-many-failures');
    expect(rollback).toBeDefined();
  });

  it.each([
    ['two failures', [earlier('c')]],
    ['a failure of more than an hour ago', [earlier('c'), earlier('d', { at: now - 61 * 60_000 })]],
    ['a digest that a user quarantined', [earlier('c'), earlier('d', { code: 'manual' })]],
    ['two containers of one rollout', [earlier('c'), earlier('d', { rollout: 'r0000000c' })]],
  ])('a failure does not hold the workload after %s', (_, quarantine) => {
    expect(consequencesOf(input({ state: { digests: { app: known }, quarantine } })).hold).toBeUndefined();
  });

  it('failures before the last success or resume do not count', () => {
    const entries = [earlier('e'), earlier('d'), earlier('c')];
    const after = (failuresAfter: string) =>
      consequencesOf(input({ state: { digests: { app: known }, quarantine: entries, failuresAfter } })).hold?.code;

    expect(after('r0000000d')).toBeUndefined();
    expect(after('r0000000c')).toBe('too-many-failures');
  });
});

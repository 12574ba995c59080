import type { Digest } from '@keelson/image';
import { parseReference, shortDigest } from '@keelson/image';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIntent } from '../intent/read-intent.ts';
import type { ContainerFacts, Decision, Intent, Observation } from '../types.ts';
import { decide } from './decide.ts';

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`;
const [A, B, C, D] = [digest('a'), digest('b'), digest('c'), digest('d')] as const;
const IMAGE = 'registry.gitlab.com/cmunroe/ops/myapp:latest';

const intentOf = (policy: string): Intent =>
  readIntent({ annotations: policy === '' ? {} : { 'keelson.sh/policy': policy }, labels: {} });
const force = intentOf('force');

function factsOf(given: Partial<ContainerFacts>): ContainerFacts {
  const image = given.image ?? IMAGE;
  return { name: 'app', running: [], runningComplete: true, image, reference: parseReference(image), ...given };
}

type Row = readonly [
  title: string,
  facts: Partial<ContainerFacts>,
  observation: Observation,
  outcome: `${Decision['action']} ${Decision['code']}`,
  from?: Digest,
];

const table: readonly Row[] = [
  ['the object carries it', { pinned: A }, { digest: A }, 'none up-to-date'],
  ['the object carries it, pods still run the old one', { pinned: A, running: [B] }, { digest: A }, 'none up-to-date'],
  ['the object carries it, Redis says another', { pinned: A, rolledOut: B }, { digest: A }, 'none up-to-date'],
  ['carried and written down', { pinned: A, rolledOut: A, running: [A] }, { digest: A }, 'none up-to-date'],
  ['written down, somebody put another back', { pinned: B, rolledOut: A }, { digest: A }, 'none reverted-by-someone'],
  [
    'reverted, and pods run it anyway',
    { pinned: B, rolledOut: A, running: [A] },
    { digest: A },
    'none reverted-by-someone',
  ],
  ['reverted, then something newer', { pinned: B, rolledOut: A }, { digest: C }, 'roll-out new-digest', B],
  ['written down, the pin was dropped', { rolledOut: A, running: [B] }, { digest: A }, 'none up-to-date'],
  ['written down, the pin was dropped, nothing runs', { rolledOut: A }, { digest: A }, 'none up-to-date'],
  ['a push', { pinned: A, rolledOut: A, running: [A] }, { digest: B }, 'roll-out new-digest', A],
  ['a push while Redis was lost', { pinned: A, running: [A] }, { digest: B }, 'roll-out new-digest', A],
  [
    'a push that pods run already, beside a pin',
    { pinned: A, running: [B] },
    { digest: B, relatedDigests: [B] },
    'roll-out new-digest',
    A,
  ],
  ['a push, pin dropped, nothing runs', { rolledOut: A }, { digest: B }, 'roll-out new-digest', A],
  [
    'a push, pin dropped, pods starting',
    { rolledOut: A, running: [B], runningComplete: false },
    { digest: B },
    'roll-out new-digest',
    A,
  ],
  [
    'a push, pin dropped, pods pulled it by themselves',
    { rolledOut: A, running: [B] },
    { digest: B },
    'roll-out new-digest',
    A,
  ],
  ['… its platform', { rolledOut: A, running: [C] }, { digest: B, relatedDigests: [B, C] }, 'roll-out new-digest', A],
  ['a push, pin dropped, pods run something', { rolledOut: A, running: [C] }, { digest: B }, 'roll-out new-digest', A],
  ['first sight, nothing runs', {}, { digest: A }, 'adopt nothing-runs'],
  ['first sight, pods starting', { runningComplete: false }, { digest: A }, 'adopt nothing-runs'],
  ['first sight, pods run exactly it', { running: [A] }, { digest: A }, 'adopt already-running'],
  [
    'first sight, pods run exactly it, some starting',
    { running: [A], runningComplete: false },
    { digest: A },
    'adopt already-running',
  ],
  ['first sight, pods run something', { running: [B] }, { digest: A }, 'need-related-digests related-digests-needed'],
  ['… which is its platform', { running: [B] }, { digest: A, relatedDigests: [A, B] }, 'adopt already-running'],
  [
    '… which are all its platforms',
    { running: [B, C] },
    { digest: A, relatedDigests: [A, B, C] },
    'adopt already-running',
  ],
  [
    '… all platforms, some starting',
    { running: [B], runningComplete: false },
    { digest: A, relatedDigests: [B] },
    'adopt already-running',
  ],
  ['… which is not', { running: [B] }, { digest: A, relatedDigests: [A] }, 'roll-out pushed-while-away', B],
  [
    '… of which the second is not',
    { running: [A, C] },
    { digest: A, relatedDigests: [A, B] },
    'roll-out pushed-while-away',
    C,
  ],
  [
    '… which is not, some starting',
    { running: [B], runningComplete: false },
    { digest: A, relatedDigests: [A] },
    'roll-out pushed-while-away',
    B,
  ],
  ['a tag beside a digest is followed', { image: `${IMAGE}@${A}`, pinned: A }, { digest: B }, 'roll-out new-digest', A],
  ['a digest without a tag is not', { image: `nginx@${A}`, pinned: A }, { digest: B }, 'none pinned-by-digest'],
  [
    'a digest without a tag, Redis knows more',
    { image: `nginx@${A}`, pinned: A, rolledOut: C },
    { digest: B },
    'none pinned-by-digest',
  ],
];

const [bad, hold] = [
  (...digests: Digest[]) => ({ quarantined: digests.map((one) => ({ digest: one, message: 'Pod web-1 crashed.' })) }),
  { hold: { code: 'paused', message: 'Somebody paused it: resume it to go on.' } },
] as const;

const keptTable: readonly Row[] = [
  ['what failed, after its rollback', { pinned: A, rolledOut: A, ...bad(B) }, { digest: B }, 'none quarantined'],
  [
    'what failed, after its rollback, pods starting',
    { pinned: A, ...bad(B), running: [B] },
    { digest: B },
    'none quarantined',
  ],
  ['what failed, and nothing was put back', { pinned: B, rolledOut: B, ...bad(B) }, { digest: B }, 'none up-to-date'],
  ['what failed, and the pin was dropped since', { rolledOut: B, ...bad(B) }, { digest: B }, 'none quarantined'],
  ['what failed, Redis lost, pods run the good one', { running: [A], ...bad(B) }, { digest: B }, 'none quarantined'],
  ['what failed, Redis lost, pods run it', { running: [B], ...bad(B) }, { digest: B }, 'none quarantined'],
  [
    'what failed, Redis lost, its platform runs',
    { running: [C], ...bad(B) },
    { digest: B, relatedDigests: [B, C] },
    'none quarantined',
  ],
  ['what failed, Redis lost, nothing runs', { ...bad(B) }, { digest: B }, 'none quarantined'],
  [
    'what failed, and somebody put another back',
    { pinned: C, rolledOut: B, ...bad(B) },
    { digest: B },
    'none quarantined',
  ],
  ['the second of two that failed', { pinned: A, ...bad(C, B) }, { digest: B }, 'none quarantined'],
  ['what failed, while held', { pinned: A, ...bad(B), ...hold }, { digest: B }, 'none quarantined'],
  ['the push after it', { pinned: A, rolledOut: A, ...bad(B) }, { digest: C }, 'roll-out new-digest', A],
  ['the tag went back to the good one', { pinned: A, rolledOut: A, ...bad(B) }, { digest: A }, 'none up-to-date'],
  ['a push while held', { pinned: A, rolledOut: A, ...hold }, { digest: B }, 'none on-hold'],
  ['a push while held, pin dropped, nothing runs', { rolledOut: A, ...hold }, { digest: B }, 'none on-hold'],
  ['pushed while away and held', { running: [B], ...hold }, { digest: A, relatedDigests: [A] }, 'none on-hold'],
  ['no push while held', { pinned: A, ...hold }, { digest: A }, 'none up-to-date'],
  ['undone while held', { pinned: B, rolledOut: A, ...hold }, { digest: A }, 'none reverted-by-someone'],
  ['first sight while held', { running: [A], ...hold }, { digest: A }, 'adopt already-running'],
  ['first sight while held, nothing runs', { ...hold }, { digest: A }, 'adopt nothing-runs'],
  [
    'first sight while held, pods run something',
    { running: [B], ...hold },
    { digest: A },
    'need-related-digests related-digests-needed',
  ],
  [
    'a digest without a tag, held and failed',
    { image: `nginx@${A}`, pinned: A, ...hold, ...bad(B) },
    { digest: B },
    'none pinned-by-digest',
  ],
];

const rows = [...table, ...keptTable].map(([title, given, observation, outcome, from]) => ({
  title,
  given,
  observation,
  outcome,
  from,
}));

describe('decide', () => {
  it.each(rows)('$title', ({ given, observation, outcome, from }) => {
    const decision = decide(factsOf(given), force, observation);
    expect(`${decision.action} ${decision.code}`).toBe(outcome);
    expect(decision.container).toBe('app');
    expect(decision.move).toEqual(from && { container: 'app', from, to: observation.digest });
  });

  it.each([
    ['', 'not-managed'],
    ['never', 'policy-never'],
    ['patch', 'policy-unsupported'],
    ['frce', 'policy-unsupported'],
  ])('policy "%s" leaves even a push alone', (policy, code) => {
    expect(decide(factsOf({ pinned: A, rolledOut: A }), intentOf(policy), { digest: B })).toMatchObject({
      action: 'none',
      code,
    });
  });

  it.each([
    [
      { running: [B] },
      { digest: A, relatedDigests: [A] },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:aaaaaaaaaaaa, the pods run sha256:bbbbbbbbbbbb.',
    ],
    [
      { pinned: B },
      { digest: A },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:aaaaaaaaaaaa, the workload names sha256:bbbbbbbbbbbb.',
    ],
    [
      { pinned: B, rolledOut: A },
      { digest: A },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:aaaaaaaaaaaa, and Keelson rolled it out, but somebody put sha256:bbbbbbbbbbbb back; Keelson leaves it so until something newer is pushed.',
    ],
    [
      {},
      { digest: A },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:aaaaaaaaaaaa, and no pod reports an image yet; pods that start pull the tag themselves.',
    ],
    [
      { pinned: A, rolledOut: A, ...bad(B) },
      { digest: B },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:bbbbbbbbbbbb, which is in quarantine (Pod web-1 crashed); the workload names sha256:aaaaaaaaaaaa, until the next push or a release of that digest.',
    ],
    [
      { rolledOut: B, running: [A, C], ...bad(B) },
      { digest: B },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:bbbbbbbbbbbb, which is in quarantine (Pod web-1 crashed); the pods run sha256:aaaaaaaaaaaa, sha256:cccccccccccc, until the next push or a release of that digest.',
    ],
    [
      { pinned: A, rolledOut: A, ...hold },
      { digest: B },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:bbbbbbbbbbbb, the workload names sha256:aaaaaaaaaaaa. It waits: Somebody paused it: resume it to go on.',
    ],
  ] as const)('tells people why: %o (law 11)', (given, observation, expected) => {
    expect(decide(factsOf(given), force, observation).message).toBe(expected);
  });
});

describe('laws', () => {
  const some = fc.constantFrom(A, B, C, D);
  const facts = fc
    .record(
      {
        image: fc.constantFrom(IMAGE, 'nginx', `nginx:1@${A}`, `nginx@${B}`),
        pinned: some,
        rolledOut: some,
        running: fc.uniqueArray(some),
        runningComplete: fc.boolean(),
        quarantined: fc.uniqueArray(some).map((digests) => bad(...digests).quarantined),
        hold: fc.constant(hold.hold),
      },
      { requiredKeys: [] },
    )
    .map(factsOf);
  const observation: fc.Arbitrary<Observation> = fc.record(
    { digest: some, relatedDigests: fc.uniqueArray(some) },
    { requiredKeys: ['digest'] },
  );
  const intent = fc.constantFrom(force, intentOf(''), intentOf('never'), intentOf('all'), intentOf('banana'));

  const expectLaw = (
    law: (decision: Decision, facts: ContainerFacts, observation: Observation, intent: Intent) => boolean,
  ) =>
    fc.assert(
      fc.property(facts, observation, intent, (given, observed, wanted) =>
        law(decide(given, wanted, observed), given, observed, wanted),
      ),
      { numRuns: 2_000 },
    );

  it('the same values give the same decision (law 1)', () => {
    fc.assert(
      fc.property(facts, observation, intent, (given, observed, wanted) => {
        expect(decide(given, wanted, observed)).toEqual(
          decide(structuredClone(given), wanted, structuredClone(observed)),
        );
      }),
    );
  });

  it('what is carried or was rolled out is never rolled out again', () => {
    expectLaw(
      ({ action }, { pinned, rolledOut }, { digest: to }) =>
        action !== 'roll-out' || (to !== pinned && to !== rolledOut),
    );
  });

  it('a rollout moves to the observed digest from another one, and nothing else moves', () => {
    expectLaw(({ action, move }, _, { digest: to }) =>
      action === 'roll-out' ? move?.to === to && move.from !== undefined && move.from !== to : move === undefined,
    );
  });

  it('without anything known nothing is rolled out (law 13)', () => {
    fc.assert(
      fc.property(observation, intent, fc.boolean(), (observed, wanted, runningComplete) => {
        expect(decide(factsOf({ runningComplete }), wanted, observed).action).not.toBe('roll-out');
      }),
    );
  });

  it('only the policy force changes or writes down anything', () => {
    expectLaw(({ action }, _facts, _observation, { policy }) => policy.type === 'force' || action === 'none');
  });

  it('what is in quarantine is neither rolled out nor taken for good (law 7)', () => {
    expectLaw(
      ({ action }, { quarantined = [] }, { digest: to }) =>
        action === 'none' || quarantined.every((entry) => entry.digest !== to),
    );
  });

  it('a hold stops what would be rolled out, and changes nothing else', () => {
    fc.assert(
      fc.property(facts, observation, intent, (given, observed, wanted) => {
        const { hold: _, ...free } = given;
        const [without, held] = [decide(free, wanted, observed), decide({ ...free, ...hold }, wanted, observed)];
        const stopped = { container: without.container, action: 'none', code: 'on-hold', message: held.message };
        expect(held).toEqual(without.action === 'roll-out' ? stopped : without);
      }),
      { numRuns: 2_000 },
    );
  });

  it('asks for the family at most once', () => {
    expectLaw(({ action }, _, { relatedDigests }) => action !== 'need-related-digests' || relatedDigests === undefined);
  });

  it('a decision that was carried out is followed by rest', () => {
    expectLaw(({ action }, given, observed, wanted) => {
      const after = { ...given, rolledOut: observed.digest, ...(action === 'roll-out' && { pinned: observed.digest }) };
      return !['roll-out', 'adopt'].includes(action) || decide(after, wanted, observed).action === 'none';
    });
  });

  it('every sentence names the repository and a short digest (law 11)', () => {
    expectLaw(
      ({ message }, { reference }, { digest: to }) =>
        message.includes(reference.repository) &&
        [to, reference.digest ?? to].some((one) => message.includes(shortDigest(one))),
    );
  });
});

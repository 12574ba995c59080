import type { Digest } from '@keelson/image';
import { parseReference, shortDigest } from '@keelson/image';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Intent } from '../intent/intent.ts';
import { readIntent } from '../intent/read-intent.ts';
import { decide } from './decide.ts';
import type { ContainerFacts, Decision, Observation } from './decision.ts';

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`;
const [a, b, c, d] = [digest('a'), digest('b'), digest('c'), digest('d')] as const;
const imageName = 'registry.gitlab.com/cmunroe/ops/myapp:latest';

const intentOf = (policy: string): Intent =>
  readIntent({ annotations: policy === '' ? {} : { 'keelson.sh/policy': policy }, labels: {} });
const force = intentOf('force');

type Given = Partial<ContainerFacts> & { readonly image?: string };

function factsOf({ image = imageName, ...given }: Given): ContainerFacts {
  return { name: 'app', running: [], reference: parseReference(image), ...given };
}

type Row = readonly [
  title: string,
  facts: Given,
  observation: Observation,
  outcome: `${Decision['action']} ${Decision['code']}`,
  from?: Digest,
];

const table: readonly Row[] = [
  ['a workload pinned to the digest', { pinned: a }, { digest: a }, 'none up-to-date'],
  [
    'a workload whose image names the digest, and whose pods are called otherwise by their nodes',
    { image: `${imageName}@${a}`, pinned: a, running: [b] },
    { digest: a },
    'none up-to-date',
  ],
  [
    'a digest beside the image, whose pods started with another one',
    { pinned: a, running: [a, b] },
    { digest: a, relatedDigests: [a] },
    'roll-out running-another-digest',
    b,
  ],
  [
    'a digest beside the image, whose pods may have started with another one',
    { pinned: a, rolledOut: a, running: [b] },
    { digest: a },
    'need-related-digests related-digests-needed',
  ],
  [
    'a digest beside the image, whose pods run one platform of it',
    { pinned: a, running: [b] },
    { digest: a, relatedDigests: [a, b] },
    'none up-to-date',
  ],
  [
    'a digest beside the image that a rollout is about',
    { pinned: a, running: [b], unsettled: true },
    { digest: a },
    'none up-to-date',
  ],
  [
    'a workload pinned to the digest where Redis has another one',
    { pinned: a, rolledOut: b },
    { digest: a },
    'none up-to-date',
  ],
  [
    'a workload pinned to the digest that was rolled out',
    { pinned: a, rolledOut: a, running: [a] },
    { digest: a },
    'none up-to-date',
  ],
  [
    'a rolled out digest whose pin was reverted',
    { pinned: b, rolledOut: a },
    { digest: a },
    'none reverted-by-someone',
  ],
  [
    'a rolled out digest whose pin was reverted while pods run it',
    { pinned: b, rolledOut: a, running: [a] },
    { digest: a },
    'none reverted-by-someone',
  ],
  ['a newer digest after the pin was reverted', { pinned: b, rolledOut: a }, { digest: c }, 'roll-out new-digest', b],
  ['a rolled out digest without its pin', { rolledOut: a, running: [a] }, { digest: a }, 'none up-to-date'],
  [
    'a rolled out digest without its pin, whose pods started with another one',
    { rolledOut: a, written: true, running: [b] },
    { digest: a, relatedDigests: [a] },
    'roll-out running-another-digest',
    b,
  ],
  [
    'a rolled out digest without its pin, whose pods run one platform of it',
    { rolledOut: a, written: true, running: [b] },
    { digest: a, relatedDigests: [a, b] },
    'none up-to-date',
  ],
  [
    'a digest whose pods started with another one, on hold',
    { rolledOut: a, running: [b], hold: { message: 'Paused.' } },
    { digest: a, relatedDigests: [a] },
    'none on-hold',
  ],
  ['a rolled out digest without its pin and without pods', { rolledOut: a }, { digest: a }, 'none up-to-date'],
  ['a push', { pinned: a, rolledOut: a, running: [a] }, { digest: b }, 'roll-out new-digest', a],
  ['a push while Redis was lost', { pinned: a, running: [a] }, { digest: b }, 'roll-out new-digest', a],
  [
    'a push that pods run already beside an older pin',
    { pinned: a, running: [b] },
    { digest: b, relatedDigests: [b] },
    'roll-out new-digest',
    a,
  ],
  ['a push to a workload without its pin and without pods', { rolledOut: a }, { digest: b }, 'roll-out new-digest', a],
  [
    'a push that pods without a pin pulled by themselves',
    { rolledOut: a, running: [b] },
    { digest: b },
    'roll-out new-digest',
    a,
  ],
  [
    'a push of which pods without a pin pulled one platform',
    { rolledOut: a, running: [c] },
    { digest: b, relatedDigests: [b, c] },
    'roll-out new-digest',
    a,
  ],
  [
    'a push to a workload without its pin whose pods run a third digest',
    { rolledOut: a, running: [c] },
    { digest: b },
    'roll-out new-digest',
    a,
  ],
  ['a new workload without pods', {}, { digest: a }, 'adopt nothing-runs'],
  ['a new workload whose pods run the digest', { running: [a] }, { digest: a }, 'adopt already-running'],
  [
    'a new workload whose pods run another digest',
    { running: [b] },
    { digest: a },
    'need-related-digests related-digests-needed',
  ],
  [
    'a new workload whose pods run one platform of the digest',
    { running: [b] },
    { digest: a, relatedDigests: [a, b] },
    'adopt already-running',
  ],
  [
    'a new workload whose pods run several platforms of the digest',
    { running: [b, c] },
    { digest: a, relatedDigests: [a, b, c] },
    'adopt already-running',
  ],
  [
    'a new workload whose pods run an unrelated digest',
    { running: [b] },
    { digest: a, relatedDigests: [a] },
    'roll-out pushed-while-away',
    b,
  ],
  [
    'a new workload of whose pods one runs an unrelated digest',
    { running: [a, c] },
    { digest: a, relatedDigests: [a, b] },
    'roll-out pushed-while-away',
    c,
  ],
  [
    'an image with a tag and a digest',
    { image: `${imageName}@${a}`, pinned: a },
    { digest: b },
    'roll-out new-digest',
    a,
  ],
  ['an image with a digest and no tag', { image: `nginx@${a}`, pinned: a }, { digest: b }, 'none pinned-by-digest'],
  [
    'an image with a digest and no tag where Redis has another one',
    { image: `nginx@${a}`, pinned: a, rolledOut: c },
    { digest: b },
    'none pinned-by-digest',
  ],
];

const [bad, hold] = [
  (...digests: Digest[]) => ({ quarantined: digests.map((one) => ({ digest: one, message: 'Pod web-1 crashed.' })) }),
  { hold: { message: 'Somebody paused it: resume it to go on.' } },
] as const;

const quarantineAndHoldTable: readonly Row[] = [
  [
    'a quarantined digest after its rollback',
    { pinned: a, rolledOut: a, ...bad(b) },
    { digest: b },
    'none quarantined',
  ],
  [
    'a quarantined digest after its rollback while pods still run it',
    { pinned: a, ...bad(b), running: [b] },
    { digest: b },
    'none quarantined',
  ],
  [
    'a quarantined digest that was not rolled back',
    { pinned: b, rolledOut: b, ...bad(b) },
    { digest: b },
    'none quarantined',
  ],
  [
    'a quarantined digest to which the manifest is pinned, with Redis lost',
    { pinned: b, running: [a], ...bad(b) },
    { digest: b },
    'none quarantined',
  ],
  [
    'a quarantined digest that was rolled out and lost its pin',
    { rolledOut: b, ...bad(b) },
    { digest: b },
    'none quarantined',
  ],
  [
    'a quarantined digest, with Redis lost and pods on the good one',
    { running: [a], ...bad(b) },
    { digest: b },
    'none quarantined',
  ],
  [
    'a quarantined digest, with Redis lost and pods that run it',
    { running: [b], ...bad(b) },
    { digest: b },
    'none quarantined',
  ],
  [
    'a quarantined digest, with Redis lost and pods that run one platform of it',
    { running: [c], ...bad(b) },
    { digest: b, relatedDigests: [b, c] },
    'none quarantined',
  ],
  ['a quarantined digest, with Redis lost and no pods', { ...bad(b) }, { digest: b }, 'none quarantined'],
  [
    'a quarantined digest whose pin was changed to a third one',
    { pinned: c, rolledOut: b, ...bad(b) },
    { digest: b },
    'none quarantined',
  ],
  ['the second of two quarantined digests', { pinned: a, ...bad(c, b) }, { digest: b }, 'none quarantined'],
  ['a quarantined digest of a workload on hold', { pinned: a, ...bad(b), ...hold }, { digest: b }, 'none quarantined'],
  ['the push after a quarantined one', { pinned: a, rolledOut: a, ...bad(b) }, { digest: c }, 'roll-out new-digest', a],
  [
    'a tag that went back from the quarantined digest to the good one',
    { pinned: a, rolledOut: a, ...bad(b) },
    { digest: a },
    'none up-to-date',
  ],
  ['a push to a workload on hold', { pinned: a, rolledOut: a, ...hold }, { digest: b }, 'none on-hold'],
  [
    'a push to a workload on hold without its pin and without pods',
    { rolledOut: a, ...hold },
    { digest: b },
    'none on-hold',
  ],
  [
    'a push while Keelson was down to a workload on hold',
    { running: [b], ...hold },
    { digest: a, relatedDigests: [a] },
    'none on-hold',
  ],
  ['a workload on hold without a push', { pinned: a, ...hold }, { digest: a }, 'none up-to-date'],
  [
    'a workload on hold whose pin was reverted',
    { pinned: b, rolledOut: a, ...hold },
    { digest: a },
    'none reverted-by-someone',
  ],
  [
    'a new workload on hold whose pods run the digest',
    { running: [a], ...hold },
    { digest: a },
    'adopt already-running',
  ],
  ['a new workload on hold without pods', { ...hold }, { digest: a }, 'adopt nothing-runs'],
  [
    'a new workload on hold whose pods run another digest',
    { running: [b], ...hold },
    { digest: a },
    'need-related-digests related-digests-needed',
  ],
  [
    'a workload on hold with a quarantined digest and no tag',
    { image: `nginx@${a}`, pinned: a, ...hold, ...bad(b) },
    { digest: b },
    'none pinned-by-digest',
  ],
];

const fixedTable: readonly Row[] = [
  ['a push where git pins a digest', { pinned: a, fixed: 'pinned-by-digest' }, { digest: b }, 'none pinned-by-digest'],
  [
    'a push where git pins a digest and Redis has the pushed one',
    { pinned: a, rolledOut: b, fixed: 'pinned-by-digest' },
    { digest: b },
    'none pinned-by-digest',
  ],
  ['the digest that git pins', { pinned: a, fixed: 'pinned-by-digest' }, { digest: a }, 'none up-to-date'],
  [
    'a quarantined digest where git pins another one',
    { pinned: a, fixed: 'pinned-by-digest', ...bad(b) },
    { digest: b },
    'none pinned-by-digest',
  ],
  [
    'a push that no node would pull',
    { pinned: a, fixed: 'image-never-pulled' },
    { digest: b },
    'none image-never-pulled',
  ],
  [
    'a push that no node would pull to a workload on hold',
    { pinned: a, fixed: 'image-never-pulled', ...hold },
    { digest: b },
    'none image-never-pulled',
  ],
  [
    'a push while Keelson was down that no node would pull',
    { running: [a], fixed: 'image-never-pulled' },
    { digest: b, relatedDigests: [b] },
    'none image-never-pulled',
  ],
  [
    'what a node was given by hand',
    { running: [a], fixed: 'image-never-pulled' },
    { digest: a },
    'adopt already-running',
  ],
];

const rows = [...table, ...fixedTable, ...quarantineAndHoldTable].map(([title, given, observation, outcome, from]) => ({
  title,
  given,
  observation,
  outcome,
  from,
}));

describe('decide', () => {
  it.each(rows)('decides "$outcome" for $title', ({ given, observation, outcome, from }) => {
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
  ])('the policy "%s" leaves even a push alone with the code %s', (policy, code) => {
    expect(decide(factsOf({ pinned: a, rolledOut: a }), intentOf(policy), { digest: b })).toMatchObject({
      action: 'none',
      code,
    });
  });

  it.each([
    [
      { running: [b] },
      { digest: a, relatedDigests: [a] },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:aaaaaaaaaaaa, the pods run sha256:bbbbbbbbbbbb.',
    ],
    [
      { pinned: b },
      { digest: a },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:aaaaaaaaaaaa, the workload is pinned to sha256:bbbbbbbbbbbb.',
    ],
    [
      { pinned: b, rolledOut: a, written: true },
      { digest: a },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:aaaaaaaaaaaa, and Keelson rolled it out, but it was reverted to sha256:bbbbbbbbbbbb; Keelson leaves it so until something newer is pushed.',
    ],
    [
      { pinned: b, rolledOut: a },
      { digest: a },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:aaaaaaaaaaaa, as before, but the manifest has since been pinned to sha256:bbbbbbbbbbbb; Keelson leaves it so until something newer is pushed.',
    ],
    [
      { rolledOut: a, written: true, running: [b] },
      { digest: a, relatedDigests: [a] },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:aaaaaaaaaaaa, but the pods run sha256:bbbbbbbbbbbb.',
    ],
    [
      { rolledOut: a, written: true, running: [a] },
      { digest: a },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:aaaaaaaaaaaa, which Keelson has rolled out; the manifest was applied again since, without the digest.',
    ],
    [
      { rolledOut: a, running: [a] },
      { digest: a },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:aaaaaaaaaaaa, which the pods run.',
    ],
    [
      { rolledOut: a, running: [c] },
      { digest: a, relatedDigests: [a, c] },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:aaaaaaaaaaaa, the same digest as when Keelson found the workload; nothing newer has been pushed since.',
    ],
    [
      { rolledOut: a },
      { digest: b },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:bbbbbbbbbbbb, Keelson last found sha256:aaaaaaaaaaaa.',
    ],
    [
      { rolledOut: a, written: true },
      { digest: b },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:bbbbbbbbbbbb, Keelson last rolled out sha256:aaaaaaaaaaaa.',
    ],
    [
      {},
      { digest: a },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:aaaaaaaaaaaa, and no pod reports an image yet; pods that start pull the tag themselves.',
    ],
    [
      { pinned: a, rolledOut: a, ...bad(b) },
      { digest: b },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:bbbbbbbbbbbb, which is quarantined (Pod web-1 crashed); the workload is pinned to sha256:aaaaaaaaaaaa, until the next push or a release of that digest.',
    ],
    [
      { pinned: b, ...bad(b), running: [b] },
      { digest: b },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:bbbbbbbbbbbb, which is quarantined (Pod web-1 crashed); the workload is still pinned to it.',
    ],
    [
      { rolledOut: b, running: [a, c], ...bad(b) },
      { digest: b },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:bbbbbbbbbbbb, which is quarantined (Pod web-1 crashed); the pods run sha256:aaaaaaaaaaaa, sha256:cccccccccccc, until the next push or a release of that digest.',
    ],
    [
      { pinned: a, rolledOut: a, ...hold },
      { digest: b },
      'registry.gitlab.com/cmunroe/ops/myapp:latest is sha256:bbbbbbbbbbbb, the workload is pinned to sha256:aaaaaaaaaaaa. It waits: Somebody paused it: resume it to go on.',
    ],
  ] as const)('a decision says why, given %o (law 11)', (given, observation, expected) => {
    expect(decide(factsOf(given), force, observation).message).toBe(expected);
  });
});

describe('laws', () => {
  const some = fc.constantFrom(a, b, c, d);
  const facts = fc
    .record(
      {
        image: fc.constantFrom(imageName, 'nginx', `nginx:1@${a}`, `nginx@${b}`),
        pinned: some,
        rolledOut: some,
        running: fc.uniqueArray(some),
        written: fc.boolean(),
        unsettled: fc.boolean(),
        quarantined: fc.uniqueArray(some).map((digests) => bad(...digests).quarantined),
        hold: fc.constant(hold.hold),
        fixed: fc.constantFrom('pinned-by-digest' as const, 'image-never-pulled' as const),
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

  it('decide gives the same decision for the same values (law 1)', () => {
    fc.assert(
      fc.property(facts, observation, intent, (given, observed, wanted) => {
        expect(decide(given, wanted, observed)).toEqual(
          decide(structuredClone(given), wanted, structuredClone(observed)),
        );
      }),
    );
  });

  it('decide never rolls out a digest that is pinned or was rolled out, unless pods run another one', () => {
    expectLaw(
      ({ action, code }, { pinned, rolledOut, running, reference, unsettled }, { digest: to, relatedDigests }) => {
        if (action !== 'roll-out' || (to !== pinned && to !== rolledOut)) return true;
        const others = running.filter((one) => one !== to && !relatedDigests?.includes(one));
        const mayRunAnother = reference.digest === undefined && unsettled !== true;
        return code === 'running-another-digest' && mayRunAnother && others.length > 0;
      },
    );
  });

  it('a roll-out decision moves to the observed digest from another one, and no other decision moves', () => {
    expectLaw(({ action, move }, _, { digest: to }) =>
      action === 'roll-out' ? move?.to === to && move.from !== undefined && move.from !== to : move === undefined,
    );
  });

  it('decide rolls nothing out where nothing is known (law 13)', () => {
    fc.assert(
      fc.property(observation, intent, (observed, wanted) => {
        expect(decide(factsOf({}), wanted, observed).action).not.toBe('roll-out');
      }),
    );
  });

  it('only the policy force changes or records anything', () => {
    expectLaw(({ action }, _facts, _observation, { policy }) => policy.type === 'force' || action === 'none');
  });

  it('decide neither rolls out nor adopts a quarantined digest (law 7)', () => {
    expectLaw(
      ({ action }, { quarantined = [] }, { digest: to }) =>
        action === 'none' || quarantined.every((entry) => entry.digest !== to),
    );
  });

  it('a hold stops roll-out decisions and changes no other one', () => {
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

  it('decide needs related digests at most once', () => {
    expectLaw(({ action }, _, { relatedDigests }) => action !== 'need-related-digests' || relatedDigests === undefined);
  });

  it('decide has nothing left to do after its decision was carried out', () => {
    expectLaw(({ action }, given, observed, wanted) => {
      const { digest } = observed;
      const rolledOut = { pinned: digest, running: [digest] };
      const after = { ...given, rolledOut: digest, ...(action === 'roll-out' && rolledOut) };
      return !['roll-out', 'adopt'].includes(action) || decide(after, wanted, observed).action === 'none';
    });
  });

  it('no message says that Keelson rolled out a digest that it did not write (law 16)', () => {
    expectLaw(
      ({ message }, { written }) => written === true || !/Keelson (?:has|last) rolled|Keelson rolled/.test(message),
    );
  });

  it('every message names the repository and a short digest (law 11)', () => {
    expectLaw(
      ({ message }, { reference }, { digest: to }) =>
        message.includes(reference.repository) &&
        [to, reference.digest ?? to].some((one) => message.includes(shortDigest(one))),
    );
  });
});

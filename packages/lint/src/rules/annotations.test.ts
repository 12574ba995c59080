import { expect, it } from 'vitest';
import { line, lint } from '../../test/support/found.ts';
import { force, lineOf, workload } from '../../test/support/manifests.ts';

const trusted = { readers: ['keelson'] } as const;

it.each([
  [
    'a misspelt key',
    ['keel.sh/polcy: force'],
    'keel.sh/polcy',
    'error unknown-annotation',
    'Did you mean keel.sh/policy?',
  ],
  [
    'a key under keelson.sh that nothing reads',
    [...force, 'keelson.sh/sok: 5m'],
    'keelson.sh/sok',
    'error unknown-annotation',
    'Did you mean keelson.sh/soak?',
  ],
  ['an unknown policy', ['keel.sh/policy: forse'], 'keel.sh/policy', 'error unknown-policy', 'Did you mean "force"?'],
  [
    'an unknown trigger',
    ['keel.sh/policy: never', 'keel.sh/trigger: pol'],
    'keel.sh/trigger',
    'error unknown-trigger',
    'Write "poll".',
  ],
  [
    'an unreadable schedule',
    [...force, 'keel.sh/pollSchedule: "@evry 1m"'],
    'keel.sh/pollSchedule',
    'error unreadable-schedule',
    'Write for example "@every 5m" or "0 3 * * *".',
  ],
  [
    'a schedule without a trigger',
    ['keel.sh/policy: force', 'keel.sh/match-tag: "true"', 'keel.sh/pollSchedule: "@every 5m"'],
    'keel.sh/pollSchedule',
    'warning ineffective-annotation',
    'Until then Keelson checks only when a webhook is received or a user requests it.',
  ],
  [
    'a trigger without a policy',
    ['keel.sh/trigger: poll'],
    'keel.sh/trigger',
    'warning ineffective-annotation',
    'Fix it in Deployment shop/shop; docs/annotations.md lists what Keelson reads.',
  ],
  [
    'two spellings that disagree',
    [...force, 'keel.sh/matchTag: "false"'],
    'keel.sh/match-tag',
    'warning ineffective-annotation',
    'Keep one of the two.',
  ],
  [
    'an unsupported annotation',
    [...force, 'keel.sh/notify: general'],
    'keel.sh/notify',
    'warning unsupported',
    'Fix it in Deployment shop/shop; docs/annotations.md lists what Keelson reads.',
  ],
  [
    'a pattern that matches no container',
    [...force, 'keelson.sh/containers: ^api$'],
    'spec:',
    'error no-container',
    'Fix it in Deployment shop/shop; docs/annotations.md lists what Keelson reads.',
  ],
])('lint points at %s in annotations', async (_, annotations, key, expected, remedy) => {
  const manifest = workload({ annotations });
  const findings = await lint({ 'shop.yaml': manifest }, trusted);
  const [first, ...others] = findings.filter(({ code }) => !code.startsWith('missing-'));

  expect(others).toEqual([]);
  expect(first && line(first)).toBe(`${expected} shop.yaml:${lineOf(manifest, key)}`);
  expect(first?.remedy).toBe(remedy);
});

it('lint points at a label where the policy is a label', async () => {
  const manifest = workload({ annotations: [], labels: ['keel.sh/policy: forse'] });

  expect((await lint({ 'shop.yaml': manifest })).map(line)).toContain(
    `error unknown-policy shop.yaml:${lineOf(manifest, 'keel.sh/policy')}`,
  );
});

it.each([
  [[], ['info']],
  [['keel'], ['warning']],
  [['keelson'], []],
] as const)('weighs force without match-tag for those who run %o', async (readers, severities) => {
  const manifest = workload({ annotations: ['keel.sh/policy: force', 'keel.sh/trigger: poll'] });
  const findings = await lint({ 'shop.yaml': manifest }, { readers });

  expect(findings.filter(({ code }) => code === 'force-follows-tag').map(({ severity }) => severity)).toEqual(
    severities,
  );
});

it('lint has no finding about annotations of a workload that is not followed', async () => {
  expect(await lint({ 'shop.yaml': workload({ annotations: [] }) })).toEqual([]);
});

it("lint skips values that Flux' postBuild substitutes", async () => {
  const annotations = [...force, `keel.sh/pollSchedule: \${SCHEDULE}`];
  const manifest = workload({ annotations, image: `shop:\${TAG:=latest}` });

  expect(await lint({ 'shop.yaml': manifest }, trusted)).toEqual([]);
});

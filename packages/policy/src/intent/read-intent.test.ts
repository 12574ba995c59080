import { formatSchedule } from '@keelson/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fewWarnings } from '../warning.ts';
import { readIntent } from './read-intent.ts';

const read = (annotations: Record<string, string>, labels: Record<string, string> = {}) =>
  readIntent({ annotations, labels });

/** `code key` of every warning. */
const warned = (annotations: Record<string, string>, labels: Record<string, string> = {}) =>
  read(annotations, labels).warnings.map(({ code, key }) => `${code} ${key}`);

describe('readIntent', () => {
  it('readIntent reads the four annotations that people copy from each other, without a warning', () => {
    const intent = read({
      'keel.sh/policy': 'force',
      'keel.sh/match-tag': 'true',
      'keel.sh/trigger': 'poll',
      'keel.sh/poll-schedule': '@every 1m',
    });
    expect(intent).toMatchObject({
      managed: true,
      policy: { type: 'force', matchTag: true },
      trigger: 'poll',
      schedule: { type: 'every', ms: 60_000 },
      initContainers: false,
      rollback: 'auto',
      logs: 'on',
      warnings: [],
    });
    expect(intent.containers.test('anything')).toBe(true);
  });

  it('a workload without a policy is not managed', () => {
    const intent = read({ 'kubectl.kubernetes.io/restartedAt': 'x' }, { app: 'web' });
    expect(intent).toMatchObject({ managed: false, policy: { type: 'never' }, warnings: [] });
    expect(intent).not.toHaveProperty('pullSecret');
    expect(intent).not.toHaveProperty('deadlineSeconds');
    expect(intent).not.toHaveProperty('soakSeconds');
    expect(intent).not.toHaveProperty('fluxHoldSeconds');
  });

  it.each([
    ['Keelson’s prefix', { 'keelson.sh/policy': 'never', 'keel.sh/policy': 'force' }, {}, 'never'],
    [
      'Keelson’s label over Keel’s annotation',
      { 'keel.sh/policy': 'force' },
      { 'keelson.sh/policy': 'never' },
      'never',
    ],
    ['the annotation', { 'keel.sh/policy': 'never' }, { 'keel.sh/policy': 'force' }, 'never'],
    [
      'the legacy annotation over the label',
      { 'keel.observer/policy': 'never' },
      { 'keel.sh/policy': 'force' },
      'never',
    ],
    ['the new spelling', { 'keel.sh/policy': 'never', 'keel.observer/policy': 'never' }, {}, 'never'],
    ['the only label', {}, { 'keel.sh/policy': 'force' }, 'force'],
    ['a value inside white space', { 'keel.sh/policy': ' force\n' }, {}, 'force'],
  ])('the policy of %s wins', (_, annotations, labels, type) => {
    expect(read({ ...annotations }, { ...labels }).policy.type).toBe(type);
  });

  it.each([
    ['keel.sh/matchTag', 'true', { policy: { type: 'force', matchTag: true } }],
    ['keel.sh/match-tag', 'true', { policy: { type: 'force', matchTag: true } }],
    ['keelson.sh/match-tag', 'true', { policy: { type: 'force', matchTag: true } }],
    ['keelson.sh/matchTag', 'true', { policy: { type: 'force', matchTag: true } }],
    ['keel.sh/match-tag', 'false', { policy: { type: 'force', matchTag: false } }],
    ['keel.sh/trigger', 'default', { trigger: 'webhook' }],
    ['keelson.sh/trigger', 'webhook', { trigger: 'webhook' }],
    ['keel.sh/pollSchedule', '@every 2m', { schedule: { type: 'every', ms: 120_000 } }],
    ['keelson.sh/poll-schedule', '0 3 * * *', { schedule: { type: 'cron', pattern: '0 3 * * *' } }],
    [
      'keelson.sh/pollSchedule',
      'TZ=Asia/Tokyo @daily',
      { schedule: { type: 'cron', pattern: '0 0 * * *', tz: 'Asia/Tokyo' } },
    ],
    ['keel.sh/imagePullSecret', 'gitlab', { pullSecret: 'gitlab' }],
    ['keel.sh/imagepullsecret', 'gitlab', { pullSecret: 'gitlab' }],
    ['keelson.sh/pull-secret', 'gitlab', { pullSecret: 'gitlab' }],
    ['keelson.sh/pullSecret', 'gitlab', { pullSecret: 'gitlab' }],
    ['keel.sh/initContainers', 'true', { initContainers: true }],
    ['keel.sh/INITCONTAINERS', 'true', { initContainers: true }],
    ['keelson.sh/init-containers', 'true', { initContainers: true }],
    ['keelson.sh/deadline', '10m', { deadlineSeconds: 600 }],
    ['keelson.sh/deadline', '90', { deadlineSeconds: 90 }],
    ['keelson.sh/soak', '5m', { soakSeconds: 300 }],
    ['keelson.sh/soak', '90', { soakSeconds: 90 }],
    ['keelson.sh/soak', '0', { soakSeconds: 0 }],
    ['keelson.sh/soak', '0s', { soakSeconds: 0 }],
    ['keelson.sh/soak', '200ms', { soakSeconds: 1 }],
    ['keelson.sh/soak', '24h', { soakSeconds: 86_400 }],
    ['keelson.sh/rollback', 'auto', { rollback: 'auto' }],
    ['keelson.sh/rollback', 'hold', { rollback: 'hold' }],
    ['keelson.sh/rollback', 'off', { rollback: 'off' }],
    ['keelson.sh/logs', 'off', { logs: 'off' }],
    ['keelson.sh/logs', 'on', { logs: 'on' }],
    ['keelson.sh/flux-hold', '1h', { fluxHoldSeconds: 3_600 }],
    ['keelson.sh/flux-hold', '600', { fluxHoldSeconds: 600 }],
    ['keelson.sh/fluxHold', '24h', { fluxHoldSeconds: 86_400 }],
  ])('readIntent reads %s: %s from annotations and labels', (key, value, expected) => {
    const annotations = { 'keelson.sh/policy': 'force', [key]: value };
    expect(read(annotations)).toMatchObject({ ...expected, warnings: [] });
    expect(read({}, annotations)).toMatchObject({ ...expected, warnings: [] });
  });

  it.each([
    ['keelson.sh/soak', 'long', { soakSeconds: undefined }],
    ['keelson.sh/soak', '25h', { soakSeconds: 86_400 }],
    ['keelson.sh/rollback', 'Auto', { rollback: 'hold' }],
    ['keelson.sh/rollback', '', { rollback: 'hold' }],
    ['keelson.sh/logs', 'no', { logs: 'off' }],
    ['keelson.sh/flux-hold', '48h', { fluxHoldSeconds: 86_400 }],
    ['keelson.sh/flux-hold', 'yes', { fluxHoldSeconds: undefined }],
  ])('readIntent replaces the unusable %s: %s by the safe choice', (key, value, expected) => {
    const { soakSeconds, rollback, fluxHoldSeconds, logs } = read({ 'keelson.sh/policy': 'force', [key]: value });
    expect({ soakSeconds, rollback, fluxHoldSeconds, logs }).toMatchObject(expected);
  });

  it.each([
    ['keelson.sh/containers', '^app$', ['app']],
    ['keel.sh/monitorContainers', 'app', ['app', 'my-app']],
    ['keel.sh/monitorContainers', '(?P<name>app|web)$', ['app', 'web', 'my-app']],
    ['keel.sh/monitorContainers', '', ['app', 'web', 'my-app']],
    ['keel.sh/monitorContainers', '(', []],
    ['keel.sh/monitorContainers', '(?=app)', []],
    ['keel.sh/monitorContainers', 'a'.repeat(100_000), []],
  ])('readIntent reads the containers of %s: %s', (key, pattern, expected) => {
    const { containers } = read({ 'keelson.sh/policy': 'force', [key]: pattern });
    expect(['app', 'web', 'my-app'].filter((name) => containers.test(name))).toEqual(expected);
  });

  it('a container pattern made to hang a backtracking engine ends at once', () => {
    const { containers } = read({ 'keelson.sh/containers': '^(a|a)*(a+)+$' });
    expect(containers.test(`${'a'.repeat(62)}-`)).toBe(false);
  });

  it('a container pattern whose repetitions multiply is a warning that says what to do, and matches none (law 17)', () => {
    const { containers, warnings } = read({
      'keelson.sh/policy': 'force',
      'keelson.sh/containers': '(.?){1000}'.repeat(50),
    });
    expect(containers.test('app')).toBe(false);
    expect(warnings).toMatchObject([{ code: 'unreadable-value', key: 'keelson.sh/containers' }]);
    expect(warnings[0]?.message).toMatch(/too expensive.*; no container is followed; write one with lower counts/);
  });

  it.each([
    ['keel.sh/policy', 'webhook'],
    ['keelson.sh/policy', 'poll'],
  ])('the policy key %s without a trigger means %s', (key, trigger) => {
    expect(read({ [key]: 'force' }).trigger).toBe(trigger);
  });

  it.each([
    'all',
    'major',
    'minor',
    'patch',
    'glob:build-*',
    'regexp:^v',
    'semver:>=1',
    'force with a typo',
    'Force',
    'glob',
  ])('readIntent reads the policy %s as managed and unsupported', (name) => {
    expect(read({ 'keel.sh/policy': name })).toMatchObject({ managed: true, policy: { type: 'unsupported', name } });
  });

  it('a policy is unsupported while an annotation or label requests approvals', () => {
    const policy = { type: 'unsupported', name: 'force with approvals' };
    expect(read({ 'keel.sh/policy': 'force', 'keel.sh/approvals': '2' }).policy).toEqual(policy);
    expect(read({ 'keel.sh/policy': 'force', 'keel.sh/approvals': '0' }, { 'keel.sh/approvals': '1' }).policy).toEqual(
      policy,
    );
    expect(read({ 'keelson.sh/policy': 'force', 'keel.sh/approvals': 'two' }).policy).toEqual(policy);
    expect(read({ 'keel.sh/policy': 'force', 'keel.sh/approvals': '0' }).policy.type).toBe('force');
  });
});

describe('warnings', () => {
  it.each([
    ['keel.sh/polcy', 'unknown-annotation', 'did you mean keel.sh/policy?'],
    ['keel.sh/Policy', 'unknown-annotation', 'did you mean keel.sh/policy?'],
    ['keel.sh/pol-schedule', 'unknown-annotation', 'did you mean keel.sh/pollSchedule?'],
    ['keel.sh/forceTagMatch', 'unknown-annotation', 'known are policy, '],
    ['keelson.sh/matchTags', 'unknown-annotation', 'did you mean keelson.sh/match-tag?'],
    ['keelson.sh/imagePullSecret', 'unknown-annotation', 'did you mean keelson.sh/pull-secret?'],
    [`keel.sh/${'x'.repeat(300)}`, 'unknown-annotation', 'known are policy, '],
    ['keel.sh/notify', 'unsupported', 'sends no notifications yet'],
    ['keel.sh/releaseNotes', 'unsupported', 'sends no notifications yet'],
    ['keel.sh/approvals', 'unsupported', 'nothing is rolled out while it requests them'],
    ['keel.sh/approvalDeadline', 'unsupported', 'has no approvals yet'],
    ['keel.sh/imageVolumes', 'unsupported', 'image volumes stay as they are'],
    ['keel.sh/ImageVolumes', 'unsupported', 'image volumes stay as they are'],
    ['keel.sh/matchPreRelease', 'unsupported', 'version policies only'],
  ])('readIntent warns of the key %s with the code %s', (key, code, message) => {
    for (const intent of [
      read({ 'keelson.sh/policy': 'never', [key]: 'x' }),
      read({ 'keelson.sh/policy': 'never' }, { [key]: 'x' }),
    ]) {
      expect(intent.warnings).toEqual([{ code, key, message: expect.stringContaining(message) }]);
    }
  });

  it.each([
    ['keel.sh/policy', 'frce', 'unknown-policy', 'did you mean "force"?'],
    ['keel.sh/policy', 'regex:^v', 'unknown-policy', 'did you mean "regexp:"?'],
    ['keel.sh/policy', 'yes', 'unknown-policy', 'write "force"'],
    ['keel.sh/policy', 'x'.repeat(100_000), 'unknown-policy', 'write "force"'],
    ['keel.sh/policy', 'minor', 'unsupported', 'watched and shown, but not updated'],
    ['keel.sh/policy', '', 'unreadable-value', 'leaves the workload alone'],
    ['keel.sh/policy', 'force', 'force-follows-tag', 'while Keel itself moves to other tags'],
    ['keel.sh/match-tag', 'yes', 'unreadable-value', 'it counts as "false"; write "true"'],
    ['keel.sh/trigger', 'pol', 'unknown-trigger', 'write "poll"'],
    ['keel.sh/trigger', '', 'unknown-trigger', 'write "poll"'],
    ['keel.sh/poll-schedule', 'banana', 'unreadable-schedule', 'keel.sh/poll-schedule: "banana" is neither'],
    ['keel.sh/pollSchedule', '', 'unreadable-schedule', 'every 1h is used'],
    ['keel.sh/pollSchedule', '@every 5ms', 'schedule-too-short', 'every 1s is used'],
    ['keel.sh/imagePullSecret', '../../x', 'unreadable-value', 'not a valid Secret name'],
    ['keel.sh/imagePullSecret', '', 'unreadable-value', 'is empty, which is not a valid Secret name'],
    ['keel.sh/initContainers', '1', 'unreadable-value', 'it counts as "false"'],
    ['keel.sh/monitorContainers', '(', 'unreadable-value', 'no container is followed'],
    ['keel.sh/monitorContainers', '', 'unreadable-value', 'every container is followed'],
    ['keelson.sh/deadline', 'soon', 'unreadable-value', 'progress deadline counts; write for example "10m"'],
    ['keelson.sh/deadline', '0', 'unreadable-value', 'not a duration of a second or more'],
    ['keelson.sh/soak', 'long', 'unreadable-value', 'setting counts; write for example "5m", or "0" for none'],
    ['keelson.sh/soak', '-5s', 'unreadable-value', 'setting counts'],
    ['keelson.sh/soak', '', 'unreadable-value', 'is empty, which is not a duration'],
    ['keelson.sh/soak', '25h', 'duration-too-long', 'longer than a day; 24h is used'],
    ['keelson.sh/rollback', 'Auto', 'unreadable-value', 'nothing more is rolled out; write "auto"'],
    ['keelson.sh/rollback', 'never', 'unreadable-value', 'write one of them'],
    ['keelson.sh/rollback', '', 'unreadable-value', 'is empty, which is none of'],
    ['keelson.sh/flux-hold', 'yes', 'unreadable-value', '1h is used; write for example "30m"'],
    ['keelson.sh/flux-hold', '0', 'unreadable-value', 'not a duration of a second or more'],
    ['keelson.sh/flux-hold', '7d', 'unreadable-value', 'not a duration'],
    ['keelson.sh/flux-hold', '48h', 'duration-too-long', 'longer than a day; 24h is used'],
  ])('readIntent warns of %s: %s with the code %s', (key, value, code, message) => {
    const quiet: Record<string, string> = { 'keelson.sh/policy': 'force', 'keelson.sh/trigger': 'poll' };
    // What is under test must not be overruled by our own prefix.
    const { [key.replace('keel.sh', 'keelson.sh')]: _, ...base } = quiet;
    const found = read({ ...base, [key]: value }).warnings.filter((warning) => warning.key === key);
    expect(found).toEqual([{ code, key, message: expect.stringContaining(message) }]);
    expect(found[0]?.message.length).toBeLessThan(420);
  });

  it.each([
    'keel.sh/update-time',
    'keel.sh/digest',
    'keelson.sh/restartedAt',
    'keelson.sh/state',
    'keelson.sh/flux-hold-until',
    'keelson.sh/git-image.app',
    'digest.keelson.sh/app',
    'kubernetes.io/change-cause',
    'example.com/policy',
  ])('readIntent has no warning for the key %s', (key) => {
    expect(warned({ 'keelson.sh/policy': 'force', [key]: 'x' })).toEqual([]);
  });

  it('readIntent has no warning for Keel’s own defaults', () => {
    const defaults = { 'keel.sh/approvals': '0', 'keel.sh/imageVolumes': 'false', 'keel.sh/matchPreRelease': 'true' };
    expect(warned({ 'keelson.sh/policy': 'force', ...defaults })).toEqual([]);
  });

  it.each([
    ['settings without a policy', { 'keel.sh/trigger': 'poll' }, ['ineffective-annotation keel.sh/trigger']],
    [
      'a schedule without a trigger',
      { 'keel.sh/policy': 'never', 'keel.sh/poll-schedule': '@every 5m' },
      ['ineffective-annotation keel.sh/poll-schedule'],
    ],
    [
      'two spellings that disagree',
      { 'keelson.sh/policy': 'force', 'keel.sh/pollSchedule': '1m', 'keel.sh/poll-schedule': '2m' },
      ['ineffective-annotation keel.sh/poll-schedule'],
    ],
    [
      'two spellings that agree',
      { 'keelson.sh/policy': 'force', 'keel.sh/pollSchedule': '1m', 'keel.sh/poll-schedule': '1m' },
      [],
    ],
    ['both prefixes', { 'keelson.sh/policy': 'force', 'keel.sh/policy': 'all' }, []],
    ['force under our own prefix', { 'keelson.sh/policy': 'force' }, []],
    ['a misspelt key alone', { 'keel.sh/polcy': 'force' }, ['unknown-annotation keel.sh/polcy']],
  ])('readIntent warns as it should of %s', (_, annotations, expected) => {
    expect(warned({ ...annotations })).toEqual(expected);
  });

  it('readIntent says which label an annotation overrules', () => {
    const { policy, warnings } = read({ 'keelson.sh/policy': 'force' }, { 'keelson.sh/policy': 'never' });

    expect(policy.type).toBe('force');
    expect(warnings.map(({ message }) => message)).toEqual([
      'The label keelson.sh/policy is ignored, because the annotation keelson.sh/policy says "force"; keep one of the two.',
    ]);
  });

  it.each([
    ['the same value in a label', { 'keelson.sh/policy': 'force' }, { 'keelson.sh/policy': 'force' }],
    ['another value under the prefix of Keel', { 'keelson.sh/policy': 'force' }, { 'keel.sh/policy': 'never' }],
  ])('readIntent has no warning for %s', (_, annotations, labels) => {
    expect(read(annotations, labels).warnings).toEqual([]);
  });

  it('readIntent warns once of an unknown key that annotation and label both have', () => {
    expect(warned({ 'keel.sh/polcy': 'a' }, { 'keel.sh/polcy': 'b' })).toEqual(['unknown-annotation keel.sh/polcy']);
  });
});

it('9,000 unknown keys are 20 warnings and one that counts the others, behind what Keelson says of the workload itself (law 17)', () => {
  const unknown = Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`keelson.sh/a${index}`, '']));
  const { warnings } = read({ ...unknown, 'keelson.sh/policy': 'forse' });

  const few = fewWarnings([...warnings, { code: 'owner-unknown', message: 'x'.repeat(300_000) }], 5);
  expect(few.map(({ code }) => code)).toEqual([
    'unknown-policy',
    ...Array.from({ length: 18 }, () => 'unknown-annotation'),
    'owner-unknown',
    'more-warnings',
  ]);
  expect(few.at(-1)?.message).toContain('And 8987 more');
  expect(JSON.stringify(few).length).toBeLessThan(10_000);
});

it('readIntent never throws, and its answer can always be used', () => {
  const key = fc.oneof(
    fc.constantFrom(
      'keel.sh/policy',
      'keelson.sh/policy',
      'keel.sh/pollSchedule',
      'keel.sh/monitorContainers',
      'keelson.sh/deadline',
      'keelson.sh/soak',
      'keelson.sh/rollback',
      'keelson.sh/flux-hold',
      'keel.sh/approvals',
    ),
    fc.stringMatching(/^keel(son)?\.sh\/[a-zA-Z-]{0,14}$/),
    fc.string(),
    fc.constantFrom('__proto__', 'constructor', 'keel.sh/', 'keelson.sh/toString'),
  );
  const value = fc.oneof(
    fc.constantFrom('force', 'poll', 'true', '', '@every 1m', '(', '*', '1h', '999h', '-1s', '0'),
    fc.string({ unit: 'binary' }),
  );
  const map = fc.dictionary(key, value);
  fc.assert(
    fc.property(map, map, (annotations, labels) => {
      const intent = readIntent({ annotations, labels });
      expect(formatSchedule(intent.schedule)).toMatch(/^every \d|\)$/);
      expect(intent.containers.test('app')).toBeTypeOf('boolean');
      expect(intent.soakSeconds ?? 0).toSatisfy((seconds: number) => Number.isInteger(seconds) && seconds >= 0);
      expect(intent.fluxHoldSeconds ?? 1).toSatisfy((seconds: number) => seconds >= 1 && seconds <= 86_400);
      expect(intent.warnings.every(({ code, message }) => /^[a-z-]+$/.test(code) && message.length < 600)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

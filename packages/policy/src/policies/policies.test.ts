import { readFileSync } from 'node:fs';
import { parseDigest, parseReference } from '@keelson/image';
import { describe, expect, it } from 'vitest';
import { decide } from '../decide/decide.ts';
import { isFollowed, readIntent } from '../intent/read-intent.ts';
import { policies, policyText, policyWords } from './policies.ts';
import type { PolicyType } from './policy.ts';

/** An annotation for each policy, and what is expected of it. A new policy does not compile without its row. */
const expected: {
  readonly [Type in PolicyType]: { readonly value: string; readonly text: string; readonly action: string };
} = {
  force: { value: 'force', text: 'force', action: 'roll-out new-digest' },
  never: { value: 'never', text: 'never', action: 'none policy-never' },
  unsupported: { value: 'minor', text: 'minor (unsupported)', action: 'none policy-unsupported' },
};

const image = 'ghcr.io/me/web:latest';
const [a, b] = ['a', 'b'].map((letter) => parseDigest(`sha256:${letter.repeat(64)}`));

describe.each(Object.entries(expected))('the policy %s', (type, { value, text, action }) => {
  const intent = readIntent({ annotations: { 'keelson.sh/policy': value }, labels: {} });

  it(`the annotation "${value}" is read as the policy ${type}`, () => {
    expect(intent).toMatchObject({ managed: true, policy: { type } });
  });

  it(`records show the policy ${type} as "${text}"`, () => {
    expect(policyText(intent.policy)).toBe(text);
  });

  it(`a push under the policy ${type} is decided as ${action}`, () => {
    if (!a || !b) throw new Error('unreachable');
    const facts = { name: 'app', image, reference: parseReference(image), pinned: a, running: [a] };
    const decision = decide(facts, intent, { digest: b });
    expect(`${decision.action} ${decision.code}`).toBe(action);
    expect(isFollowed(intent)).toBe(decision.action === 'roll-out');
  });
});

it('each policy word names one policy', () => {
  expect(new Set(policyWords).size).toBe(policyWords.length);
});

it('docs/annotations.md has the table of all policies', () => {
  const docs = readFileSync(new URL('../../../../docs/annotations.md', import.meta.url), 'utf8');
  const rows = Object.values(policies).map(({ words, docs: what }) => {
    const names = words.map((word) => `\`${word.endsWith(':') ? `${word}…` : word}\``).join(', ');
    return `| ${names} | ${what} |\n`;
  });
  expect(docs).toContain(`| policy | what it does |\n| --- | --- |\n${rows.join('')}`);
});

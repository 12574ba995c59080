import { createHash } from 'node:crypto';
import { ConfigError } from '@keelson/config';
import { bounds, maskSecrets } from '@keelson/core';
import { expect, it } from 'vitest';
import { findMatch } from '../secrets.ts';
import { parseTokens } from './parse-tokens.ts';

const secret = 'hunter2-hunter2';

/** The message for a file that is wrong. */
function messageFor(text: string, reserved: Record<string, string> = {}): string {
  try {
    parseTokens(text, reserved);
  } catch (error) {
    if (error instanceof ConfigError) return [error.message, JSON.stringify(error), String(error.cause)].join('\n');
    throw error;
  }
  return '';
}

it('the file of tokens says what each token may do, and where', () => {
  const sha256 = createHash('sha256').update('other').digest('hex');
  const tokens = parseTokens(
    `tokens:
  - { name: team-a, token: ${secret}, may: read, namespaces: [a, a-staging] }
  - { name: robot, sha256: ${sha256}, may: act, namespaces: all }
  - { name: registry.a, token: 12345, may: notify, namespaces: [a] }`,
    {},
  );

  expect(findMatch(tokens, secret)).toEqual({
    name: 'team-a',
    may: new Set(['read']),
    namespaces: new Set(['a', 'a-staging']),
  });
  expect(findMatch(tokens, 'other')).toEqual({ name: 'robot', may: new Set(['read', 'act']) });
  expect(findMatch(tokens, '12345')).toMatchObject({ may: new Set(['notify']) });
  expect(findMatch(tokens, sha256)).toBeUndefined();
});

const entry = (fields: string) => `tokens: [{ name: ok, token: ${secret}, may: read, namespaces: [a]${fields} }]`;
const one = (fields: string) => `tokens: [{ ${fields} }]`;

it.each([
  ['no YAML', `tokens: [{ token: "${secret}`, /not YAML/],
  ['no list', `tokens: ${secret}`, /one field, tokens/],
  ['a list alone', `- ${secret}`, /one field, tokens/],
  ['another field beside', `tokens: []\n${secret}: 1`, /one field, tokens/],
  ['nothing', '', /one field, tokens/],
  ['a token as an entry', `tokens: [${secret}]`, /entry 1 is wrong: it must have the fields/],
  ['an unknown field', entry(`, ${secret}: 1`), /entry 1 \(ok\) is wrong: it has a field that is none of name, token/],
  ['a field twice', entry(', may: act'), /a field twice/],
  ['an alias', `tokens: [&x { name: a, token: ${secret}, may: read, namespaces: all }, *x]`, /an alias/],
  [
    'a name that may be a token',
    one(`name: ${secret.toUpperCase()}, token: x, may: read, namespaces: all`),
    /entry 1 is wrong: name/,
  ],
  [
    'a token with a space',
    one(`name: a, token: "${secret} x", may: read, namespaces: all`),
    /\(a\) is wrong: token must be/,
  ],
  ['a hash that is none', one(`name: a, sha256: ${secret}, may: read, namespaces: all`), /sha256 must be the 64/],
  ['no token', one('name: a, may: read, namespaces: all'), /token or sha256, one/],
  ['both', entry(`, sha256: ${'0'.repeat(64)}`), /token or sha256, one/],
  [
    'another role',
    one(`name: a, token: ${secret}, may: ${secret}, namespaces: all`),
    /may must be one of read, act, notify/,
  ],
  ['no namespaces', one(`name: a, token: ${secret}, may: read`), /namespaces must be a list/],
  ['an empty list', one(`name: a, token: ${secret}, may: read, namespaces: []`), /namespaces must be a list/],
  [
    'too many namespaces',
    one(
      `name: a, token: ${secret}, may: read, namespaces: [${Array.from({ length: 10 * bounds.namespacesOfToken }, (_, index) => `a${index}`).join()}]`,
    ),
    /namespaces must be a list of 1 to/,
  ],
  ['a pattern', one(`name: a, token: ${secret}, may: read, namespaces: ["*"]`), /namespaces must be a list/],
  [
    'the same token twice',
    `tokens:\n${['a', 'b'].map((name) => `- { name: ${name}, token: ${secret}, may: read, namespaces: all }\n`).join('')}`,
    /entry 2 \(b\) is wrong: it has the same token as entry 1 \(a\)/,
  ],
  [
    'the same name twice',
    `tokens:\n${['x', 'y'].map((token) => `- { name: a, token: ${token}, may: read, namespaces: all }\n`).join('')}`,
    /entry 2 \(a\) is wrong: another entry has this name/,
  ],
  ['several mistakes', 'tokens: [{}, { name: b }]', /entry 1 is wrong: .*\n.*entry 2 \(b\)/s],
])('a file of tokens with %s is refused, without a secret in the message (law 12)', (_, text, expected) => {
  expect(messageFor(text)).toMatch(expected);
  expect(messageFor(text).toLowerCase()).not.toContain(secret);
});

it('a token of the file must not be that of a setting', () => {
  const text = one(`name: a, token: ${secret}, may: read, namespaces: [a]`);

  expect(messageFor(text, { KEELSON_TOKEN: secret })).toMatch(
    /entry 1 \(a\) is wrong: it has the same token as KEELSON_TOKEN\./,
  );
});

it('what is wrong with a file of tokens is still said where secrets are masked', () => {
  const text = `tokens: [{ name: ci-token, token: ${secret}, may: write, namespaces: all }]`;
  const message = 'In the file of KEELSON_TOKENS, entry 1 (ci-token) is wrong: may must be one of read, act, notify.';

  expect(messageFor(text)).toContain(message);
  expect(maskSecrets(message)).toBe(message);
});

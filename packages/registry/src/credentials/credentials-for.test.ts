import { parseReference } from '@keelson/image';
import { describe, expect, it } from 'vitest';
import type { Credential } from '../types.ts';
import { credentialsFor } from './credentials-for.ts';

const image = parseReference('registry.example.com/ops/myapp');
const secret = 'hunter2';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const basic = (username: string, password = secret): Credential => ({ type: 'basic', username, password });
const config = (auths: Record<string, unknown>): string => JSON.stringify({ auths });

const unreadable = /^Pull secret 1 is no docker config in JSON/;
const unreadableEntry = /^Pull secret 1: the entry for registry\.example\.com cannot be read/;

describe('credentialsFor', () => {
  it.each([
    { entry: { auth: base64(`dev:${secret}`) }, expected: basic('dev') },
    { entry: { auth: base64(`dev:${secret}`).replace(/=+$/, '') }, expected: basic('dev') },
    { entry: { auth: base64('dev:with:colons') }, expected: basic('dev', 'with:colons') },
    { entry: { auth: base64(`dev:${secret}\0\0`) }, expected: basic('dev') },
    { entry: { auth: ` ${base64('dev:')}\n` }, expected: basic('dev', '') },
    { entry: { auth: base64(`dev:${secret}`).replace(/.{4}/g, '$&\r\n') }, expected: basic('dev') },
    { entry: { auth: base64(`dev:${secret}`).replace(/=+$/, '').replace(/^.{5}/, '$&\n\n') }, expected: basic('dev') },
    { entry: { username: 'dev', password: secret }, expected: basic('dev') },
    { entry: { auth: base64(`a:${secret}`), username: 'b', password: 'other' }, expected: basic('a') },
    { entry: { identitytoken: secret }, expected: { type: 'identity-token', token: secret } },
    {
      entry: { auth: base64('00000000-0000-0000-0000-000000000000:'), identitytoken: secret },
      expected: { type: 'identity-token', token: secret },
    },
    { entry: {}, expected: undefined },
    { entry: { email: 'dev@example.com', auth: null }, expected: undefined },
  ])('reads an entry as $expected.type', ({ entry, expected }) => {
    const { credentials, warnings } = credentialsFor([config({ 'registry.example.com': entry })], image);

    expect(credentials).toEqual(expected === undefined ? [] : [expected]);
    expect(warnings).toEqual([]);
  });

  it('reads the older form, and a config beside others', () => {
    const old = JSON.stringify({ 'https://registry.example.com/v1/': { auth: base64(`old:${secret}`) } });
    const mixed = JSON.stringify({
      auths: { 'registry.example.com': { username: 'new', password: secret } },
      credsStore: 'x',
    });

    expect(credentialsFor([old, mixed], image).credentials).toEqual([basic('old'), basic('new')]);
  });

  it('puts longer paths first, exact hosts before wildcards, and else keeps the order', () => {
    const first = config({
      '*.example.com': basic('wildcard'),
      'registry.example.com': basic('host'),
      'registry.example.com/ops': basic('team'),
      'registry.example.com/ops/myapp': basic('image'),
      'registry.example.com/dev': basic('other'),
    });
    const second = config({
      'https://registry.example.com/v2/': basic('again'),
      'registry.example.com': basic('host'),
    });

    const { credentials } = credentialsFor([first, second], image);

    expect(credentials.map((found) => found.type === 'basic' && found.username)).toEqual([
      'image',
      'team',
      'host',
      'again',
      'wildcard',
    ]);
  });

  it.each([
    { text: `{"auths":{"registry.example.com":{"auth":"${secret}"`, says: unreadable },
    { text: secret, says: unreadable },
    { text: `"${secret}"`, says: unreadable },
    { text: `["${secret}"]`, says: unreadable },
    { text: 'null', says: unreadable },
    { text: '', says: unreadable },
    { text: config({ 'registry.example.com': secret }), says: unreadableEntry },
    { text: config({ 'registry.example.com': { auth: `${secret}!` } }), says: unreadableEntry },
    { text: config({ 'registry.example.com': { auth: base64(secret) } }), says: unreadableEntry },
    { text: config({ 'registry.example.com': { auth: `${base64('dev:a')}=` } }), says: unreadableEntry },
    {
      text: config({ 'registry.example.com': { auth: base64('dev:abc').replace(/^..../, '$& ') } }),
      says: unreadableEntry,
    },
    { text: config({ 'registry.example.com': { password: [secret] } }), says: unreadableEntry },
    { text: config({ [`https://dev:${secret}@registry.example.com`]: 1 }), says: unreadableEntry },
  ])('warns of $text without printing it, and uses what is left', ({ text, says }) => {
    const good = config({ 'registry.example.com': basic('good') });

    const { credentials, warnings } = credentialsFor([text, good], image);

    expect(credentials).toEqual([basic('good')]);
    expect(warnings).toEqual([expect.stringMatching(says)]);
    expect(JSON.stringify(warnings)).not.toContain(secret);
    expect(JSON.stringify(warnings)).not.toContain(base64(secret));
  });

  it('falls back to name and password where auth is broken, and says so', () => {
    const { credentials, warnings } = credentialsFor(
      [config({ 'registry.example.com': { auth: 'nonsense', ...basic('dev') } })],
      image,
    );

    expect(credentials).toEqual([basic('dev')]);
    expect(warnings).toHaveLength(1);
  });

  it('is empty without secrets', () => {
    expect(credentialsFor([], image)).toEqual({ credentials: [], warnings: [], hints: [] });
  });

  it.each([
    {
      why: 'other hosts only',
      text: config({ 'https://index.docker.io/v1/': basic('a'), 'quay.io:8443/team': basic('b'), 'empty.lan': {} }),
      says: /^The pull secret is for docker\.io, quay\.io:8443\/team, not for registry\.example\.com\/ops\/myapp\.$/,
    },
    {
      why: 'another path of the host only',
      text: config({ 'registry.example.com/dev': basic('a') }),
      says: /^The pull secret is for registry\.example\.com\/dev, not for registry\.example\.com\/ops\/myapp\.$/,
    },
    {
      why: 'more hosts than a sentence takes',
      text: config(Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`r${n}.lan`, basic('a')]))),
      says: /^The pull secret is for r0\.lan, r1\.lan, r2\.lan, r3\.lan, r4\.lan and 4 more, not for registry\.example\.com\/ops\/myapp\.$/,
    },
    {
      why: 'an empty entry and a store',
      text: JSON.stringify({ auths: { 'registry.example.com': {} }, credsStore: 'desktop' }),
      says: /^The pull secret holds no password for registry\.example\.com: docker keeps it in a store .* Create it again/,
    },
    {
      why: 'a store and no entries',
      text: JSON.stringify({ credsStore: 'desktop' }),
      says: /^The pull secret holds no password for registry\.example\.com: docker keeps it in a store /,
    },
    {
      why: 'null in place of entries',
      text: '{"auths":null}',
      says: /^The pull secret holds no password for registry\.example\.com\. Create it again/,
    },
    {
      why: 'no entries',
      text: config({}),
      says: /^The pull secret holds no password for registry\.example\.com\. Create it again/,
    },
  ])('says why a text with $why has no credentials for the image', ({ text, says }) => {
    const { credentials, warnings, hints } = credentialsFor([text], image);

    expect([credentials, warnings]).toEqual([[], []]);
    expect(hints.join('\n')).toMatch(says);
    expect(JSON.stringify(hints)).not.toContain(secret);
  });

  it('gives no hint where a text has credentials for the image', () => {
    const text = config({ 'registry.example.com': basic('a'), 'quay.io': basic('b') });

    expect(credentialsFor([text], image).hints).toEqual([]);
  });
});

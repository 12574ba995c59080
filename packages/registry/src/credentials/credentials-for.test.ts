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
    expect(credentialsFor([], image)).toEqual({ credentials: [], warnings: [] });
  });
});

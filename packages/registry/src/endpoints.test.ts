import { parseReference } from '@keelson/image';
import { describe, expect, it } from 'vitest';
import { endpointsOf } from './endpoints.ts';
import type { RegistryClientOptions } from './options.ts';
import { settingsOf } from './options.ts';
import { readRegistries } from './registries-file/read-registries.ts';

const registries = readRegistries(`
mirrors:
  docker.io: { endpoint: [ "https://a.lan", "http://b.lan" ], rewrite: { "^library/": "hub/" } }
  self.lan: { endpoint: [ "https://self.lan" ], rewrite: { "^ops/": "moved/" } }
  empty.lan: { endpoint: [] }
configs:
  a.lan: { auth: { username: dev, password: right } }
  docker.io: { auth: { username: hub, password: right } }
`);

function bases(image: string, options: RegistryClientOptions): string[] {
  return endpointsOf(parseReference(image), settingsOf(options)).map(({ base, repository }) => `${base}/${repository}`);
}

describe('endpointsOf', () => {
  it.each([
    { image: 'nginx', expected: ['https://registry-1.docker.io/v2/library/nginx'] },
    { image: 'registry.example.com/a', expected: ['https://registry.example.com/v2/a'] },
    { image: 'registry.example.com:5000/a', expected: ['https://registry.example.com:5000/v2/a'] },
    { image: '127.0.0.1:5000/a', expected: ['http://127.0.0.1:5000/v2/a'] },
    { image: 'localhost:5000/a', expected: ['http://localhost:5000/v2/a'] },
    { image: '[::1]:5000/a', expected: ['http://[::1]:5000/v2/a'] },
    { image: 'localhost/a', expected: ['https://localhost/v2/a'] },
    { image: 'localhost:443/a', expected: ['https://localhost:443/v2/a'] },
    { image: 'plain.lan:5000/a', expected: ['http://plain.lan:5000/v2/a'] },
    { image: 'plain.lan/a', expected: ['https://plain.lan/v2/a'] },
    { image: 'bare.lan/a', expected: ['http://bare.lan/v2/a'] },
    { image: 'bare.lan:80/a', expected: ['http://bare.lan:80/v2/a'] },
    { image: 'bare.lan:443/a', expected: ['https://bare.lan:443/v2/a'] },
  ])('the endpoints of $image are $expected', ({ image, expected }) => {
    expect(bases(image, { insecureHosts: ['Plain.lan:5000', 'bare.lan'] })).toEqual(expected);
  });

  it.each([
    {
      image: 'nginx',
      expected: [
        'https://a.lan/v2/hub/nginx',
        'http://b.lan/v2/hub/nginx',
        'https://registry-1.docker.io/v2/library/nginx',
      ],
    },
    { image: 'self.lan/ops/a', expected: ['https://self.lan/v2/moved/a'] },
    { image: 'empty.lan/a', expected: ['https://empty.lan/v2/a'] },
    { image: 'other.lan/a', expected: ['https://other.lan/v2/a'] },
  ])('the endpoints of $image with mirrors are $expected', ({ image, expected }) => {
    expect(bases(image, { registries })).toEqual(expected);
  });

  it('endpointsOf leaves out the registry with mirrorsOnly where there are mirrors', () => {
    expect(bases('nginx', { registries, mirrorsOnly: true })).toHaveLength(2);
    expect(bases('other.lan/a', { registries, mirrorsOnly: true })).toEqual(['https://other.lan/v2/a']);
  });

  it('endpointsOf uses the wildcard for registries without an entry', () => {
    const any = readRegistries('mirrors: { "*": { endpoint: [ "https://any.lan" ] }, own.lan: {} }');

    expect(bases('other.lan/a', { registries: any })[0]).toBe('https://any.lan/v2/a');
    expect(bases('own.lan/a', { registries: any })).toEqual(['https://own.lan/v2/a']);
  });

  it('each endpoint has its own credential, and a mirror the registry that it stands for', () => {
    const [a, b, own] = endpointsOf(parseReference('nginx'), settingsOf({ registries }));

    expect(a).toMatchObject({ namespace: 'docker.io', credential: { username: 'dev' } });
    expect(b).toMatchObject({ namespace: 'docker.io' });
    expect(b?.credential).toBeUndefined();
    expect(own).toMatchObject({ host: 'registry-1.docker.io', credential: { username: 'hub' } });
    expect(own?.namespace).toBeUndefined();
  });

  it.each([
    { key: 'own.lan:443', image: 'own.lan/a' },
    { key: 'own.lan', image: 'own.lan:443/a' },
    { key: 'plain.lan:80', image: 'plain.lan/a' },
    { key: 'plain.lan', image: 'plain.lan:80/a' },
    { key: 'Own.lan', image: 'own.lan/a' },
    { key: 'docker.io', image: 'nginx' },
    { key: 'registry-1.docker.io', image: 'nginx' },
  ])('the config of $key is the one of $image, before that of the wildcard', ({ key, image }) => {
    const own = { auth: { username: 'own', password: 'right' } };
    const any = { auth: { username: 'any', password: 'wrong' } };
    const insecureHosts = ['plain.lan'];
    const file = readRegistries(JSON.stringify({ configs: { '*': any, [key]: own } }));

    const [endpoint] = endpointsOf(parseReference(image), settingsOf({ registries: file, insecureHosts }));
    const [other] = endpointsOf(parseReference('other.lan/a'), settingsOf({ registries: file }));

    expect(endpoint?.credential).toMatchObject({ username: 'own' });
    expect(other?.credential).toMatchObject({ username: 'any' });
  });

  it.each([
    { key: 'own.lan:443', image: 'own.lan/a' },
    { key: 'own.lan', image: 'own.lan:443/a' },
  ])('the mirrors of $key are those of $image', ({ key, image }) => {
    const file = readRegistries(JSON.stringify({ mirrors: { [key]: { endpoint: ['https://a.lan'] } } }));

    expect(bases(image, { registries: file })[0]).toBe('https://a.lan/v2/a');
  });

  it.each([
    { endpoint: 'https://a.lan', key: 'a.lan:443' },
    { endpoint: 'https://a.lan:443', key: 'a.lan' },
    { endpoint: 'http://a.lan', key: 'a.lan:80' },
    { endpoint: 'http://a.lan:5000', key: 'a.lan:5000' },
    { endpoint: 'https://registry-1.docker.io', key: 'docker.io' },
  ])('the config of $key is the one of the mirror $endpoint', ({ endpoint, key }) => {
    const config = { auth: { username: 'own', password: 'right' } };
    const mirrors = { 'some.lan': { endpoint: [endpoint] } };
    const file = readRegistries(JSON.stringify({ mirrors, configs: { [key]: config } }));

    const [mirror] = endpointsOf(parseReference('some.lan/a'), settingsOf({ registries: file }));

    expect(mirror?.credential).toMatchObject({ username: 'own' });
  });

  it('a mirror without a config gets no credential of the wildcard', () => {
    const any = { auth: { username: 'any', password: 'wrong' } };
    const mirrors = { 'some.lan': { endpoint: ['https://a.lan'] } };
    const file = readRegistries(JSON.stringify({ mirrors, configs: { '*': any } }));

    const [mirror, own] = endpointsOf(parseReference('some.lan/a'), settingsOf({ registries: file }));

    expect(mirror?.credential).toBeUndefined();
    expect(own?.credential).toMatchObject({ username: 'any' });
  });

  it('endpointsOf refuses a host that is not a host name', () => {
    expect(() => bases('registry.lan:99999/a', {})).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});

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
  ])('the endpoints of $image are $expected', ({ image, expected }) => {
    expect(bases(image, { insecureHosts: ['Plain.lan:5000'] })).toEqual(expected);
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

  it('endpointsOf refuses a host that is not a host name', () => {
    expect(() => bases('registry.lan:99999/a', {})).toThrow(expect.objectContaining({ code: 'not-found' }));
  });
});

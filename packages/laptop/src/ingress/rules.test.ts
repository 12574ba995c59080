import { expect, it } from 'vitest';
import { matchesPath, rulesOf } from './rules.ts';

it.each([
  ['/', false, '/anything', true],
  ['/api', false, '/api', true],
  ['/api', false, '/api/x', true],
  ['/api/', false, '/api/x', true],
  ['/api', false, '/apis', false],
  ['/api', true, '/api', true],
  ['/api', true, '/api/x', false],
])('the path %s (exact: %s) matches %s: %s', (path, exact, asked, expected) => {
  expect(matchesPath({ path, exact }, asked)).toBe(expected);
});

it('rules are ordered by length, and those without a service are left out', () => {
  const to = (path: string, pathType: string, name?: string) => ({
    path,
    pathType,
    backend: name === undefined ? { resource: { kind: 'Bucket' } } : { service: { name, port: { name: 'http' } } },
  });
  const paths = [to('/', 'Prefix', 'root'), to('/api', 'Prefix', 'api'), to('/a', 'Exact', 'a'), to('/b', 'Prefix')];
  const metadata = { name: 'i', namespace: 'web', uid: '', resourceVersion: '' };
  const object = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata };

  const rules = rulesOf([{ ...object, spec: { rules: [{ host: 'myapp.com', http: { paths } }, { host: 'none' }] } }]);

  expect(rules.map(({ service }) => service)).toEqual(['a', 'api', 'root']);
  expect(rules[1]).toEqual({
    host: 'myapp.com',
    path: '/api',
    exact: false,
    namespace: 'web',
    service: 'api',
    port: 'http',
  });
});

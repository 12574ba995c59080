import { expect, it } from 'vitest';
import { schemeOf } from './scheme.ts';

const tls = new URL('https://registry.example.com/v2/');
const plain = new URL('http://registry.lan:5000/v2/');
const loopback = new URL('http://127.0.0.1:5000/v2/');

it.each([
  { from: tls, realm: 'https://auth.example.com/token', answered: true },
  { from: tls, realm: 'http://auth.example.com/token', answered: false },
  { from: tls, realm: 'http://registry.example.com/token', answered: false },
  { from: tls, realm: 'https://127.0.0.1/token', answered: false },
  { from: tls, realm: 'https://169.254.169.254/latest', answered: false },
  { from: tls, realm: 'https://[::1]/token', answered: false },
  { from: tls, realm: 'https://localhost/token', answered: false },
  { from: tls, realm: 'Registry', answered: false },
  { from: tls, realm: 'ftp://auth.example.com/token', answered: false },
  { from: tls, realm: '', answered: false },
  { from: plain, realm: 'http://auth.lan/token', answered: true },
  { from: plain, realm: 'http://127.0.0.1:9/token', answered: false },
  { from: plain, realm: 'http://169.254.169.254/token', answered: false },
  { from: loopback, realm: 'http://127.0.0.1:5001/token', answered: true },
  { from: loopback, realm: 'http://localhost:5001/token', answered: true },
])('a realm $realm named by $from.origin is subject: $answered', ({ from, realm, answered }) => {
  const scheme = schemeOf({ 'www-authenticate': `Bearer realm="${realm}",service="s"` }, from);

  expect(scheme?.type === 'bearer').toBe(answered);
});

it('schemeOf prefers Bearer, and takes Basic where the realm is not allowed', () => {
  const both = 'Basic realm="x", Bearer realm="https://auth.example.com/token"';
  const forbidden = 'Bearer realm="http://auth.example.com/token", Basic realm="x"';

  expect(schemeOf({ 'www-authenticate': both }, tls)?.type).toBe('bearer');
  expect(schemeOf({ 'www-authenticate': forbidden }, tls)).toEqual({ type: 'basic' });
  expect(schemeOf({}, tls)).toBeUndefined();
});

it('schemeOf names a realm that is not allowed where there is nothing else', () => {
  const realm = 'http://auth.example.com/token';

  expect(schemeOf({ 'www-authenticate': `Bearer realm="${realm}"` }, tls)).toEqual({
    type: 'forbidden',
    realm: new URL(realm),
  });
  expect(schemeOf({ 'www-authenticate': 'Bearer realm="nonsense"' }, tls)).toBeUndefined();
});

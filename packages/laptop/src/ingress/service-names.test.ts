import { expect, it } from 'vitest';
import { replaceServices } from './service-names.ts';

it.each([
  ['redis://redis:6379', 'redis://shop/redis/6379'],
  ['redis://:pass@redis:6379/0', 'redis://:pass@shop/redis/6379/0'],
  ['redis.other:6379', 'other/redis/6379'],
  ['redis.other.svc:6379', 'other/redis/6379'],
  ['redis.other.svc.cluster.local:6379', 'other/redis/6379'],
  ['a-1:80,b:81', 'shop/a-1/80,shop/b/81'],
  ['http://unknown:80', 'http://unknown:80'],
  ['http://a.b.example.com:80', 'http://a.b.example.com:80'],
  ['12:30:45', '12:30:45'],
  ['127.0.0.1:80', '127.0.0.1:80'],
  ['redis', 'redis'],
])('%s becomes %s', (text, expected) => {
  const place = ({ namespace, name, port }: { namespace: string; name: string; port: number }) =>
    name === 'unknown' ? undefined : `${namespace}/${name}/${port}`;

  expect(replaceServices(text, 'shop', place)).toBe(expected);
});

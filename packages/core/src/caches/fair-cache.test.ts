import { expect, it } from 'vitest';
import { FairCache } from './fair-cache.ts';

it('a namespace that fills a cache displaces only what is its own (law 17)', () => {
  const cache = new FairCache<number>(100);
  cache.set('victim', 'victim 1', 1);
  cache.set('tenant', 'shared', 2);
  cache.get('victim', 'shared');

  for (let n = 0; n < 10_000; n++) cache.set('tenant', `tenant ${n}`, n);

  expect(cache.get('victim', 'victim 1')).toBe(1);
  expect(cache.get('victim', 'shared')).toBe(2);
  expect(cache.get('tenant', 'tenant 9999')).toBe(9_999);
  expect(cache.get('tenant', 'tenant 1')).toBeUndefined();
});

it('what was used last is kept', () => {
  const cache = new FairCache<string>(2);
  for (const key of ['a', 'b']) cache.set('one', key, key);
  cache.get('one', 'a');

  cache.set('one', 'c', 'c');

  expect(['a', 'b', 'c'].map((key) => cache.get('one', key))).toEqual(['a', undefined, 'c']);
});

it('a deleted entry is gone, and leaves room', () => {
  const cache = new FairCache<number>(2);
  cache.set('one', 'a', 1);
  cache.delete('a');
  for (const key of ['b', 'c']) cache.set('one', key, 2);

  expect(cache.get('one', 'a')).toBeUndefined();
  expect(cache.get('one', 'b')).toBe(2);
});

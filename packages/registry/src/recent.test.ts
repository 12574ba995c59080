import { expect, it } from 'vitest';
import { Recent } from './recent.ts';

it('Recent forgets what was not used for longest', () => {
  const recent = new Recent<number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.get('a');
  recent.set('c', 3);

  expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([1, undefined, 3]);
  recent.delete('c');
  recent.set('a', 4);
  recent.set('d', 5);
  expect(['a', 'c', 'd'].map((key) => recent.get(key))).toEqual([4, undefined, 5]);
});

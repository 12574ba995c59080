import { expect, it } from 'vitest';
import { hostProblem } from './host-problem.ts';

it.each(['shop.com', 'shop.example.co.uk', 'localhost', '9.example'])('takes %s', (host) => {
  expect(hostProblem(host)).toBeUndefined();
});

it.each(['', 'https://shop.com', 'shop.com:8080', 'Shop.com', 'shop..com', '.com', '-a.com', 'a_b.com', 'shop.com/x'])(
  'refuses "%s"',
  (host) => {
    expect(hostProblem(host)).toMatch(/is no host name/);
  },
);

it('refuses one that leaves no room for dev.', () => {
  expect(hostProblem(`${'a.'.repeat(124)}bc`)).toMatch(/too long/);
});

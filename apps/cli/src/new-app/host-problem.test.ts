import { expect, it } from 'vitest';
import { hostProblem } from './host-problem.ts';

it.each(['shop.com', 'shop.example.co.uk', 'localhost', '9.example'])('hostProblem accepts %s', (host) => {
  expect(hostProblem(host)).toBeUndefined();
});

it.each(['', 'https://shop.com', 'shop.com:8080', 'Shop.com', 'shop..com', '.com', '-a.com', 'a_b.com', 'shop.com/x'])(
  'hostProblem refuses "%s"',
  (host) => {
    expect(hostProblem(host)).toMatch(/is not a host name/);
  },
);

it('hostProblem refuses a host that is too long with dev. before it', () => {
  expect(hostProblem(`${'a.'.repeat(124)}bc`)).toMatch(/too long/);
});

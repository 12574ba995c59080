import { expect, it } from 'vitest';
import { nameProblem } from './name-problem.ts';

it.each(['shop', 'a', 'blog2', 'my-blog', 'yesterday', 'myapp2', 'staging', 'x'.repeat(55)])(
  'nameProblem accepts %s',
  (name) => {
    expect(nameProblem(name)).toBeUndefined();
  },
);

it.each([
  ['', /cannot be the name/],
  ['Shop', /cannot be the name/],
  ['my_app', /cannot be the name/],
  ['my.app', /cannot be the name/],
  ['my app', /cannot be the name/],
  ['../shop', /cannot be the name/],
  ['-shop', /cannot be the name/],
  ['shop-', /cannot be the name/],
  ['2shop', /beginning with a letter/],
  ['café', /a to z/],
  ['shop\n', /cannot be the name/],
  ['x'.repeat(56), /has 56 characters: at most 55/],
  ['on', /not a string in YAML/],
  ['null', /not a string in YAML/],
  ['y', /not a string in YAML/],
  ['default', /of the cluster itself/],
  ['flux-system', /of the cluster itself/],
  ['kube-public', /of the cluster itself/],
  ['shop-staging', /reads as the staging of an app "shop"/],
])('nameProblem refuses "%s"', (name, message) => {
  expect(nameProblem(name)).toMatch(message);
});

import { expect, it } from 'vitest';
import { isLoopback } from './addresses.ts';

it.each([
  ['localhost', true],
  ['registry.localhost', true],
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['[::1]', true],
  ['[::ffff:7f00:1]', true],
  ['registry.example.com', false],
  ['notlocalhost', false],
  ['128.0.0.1', false],
  ['10.0.0.1', false],
])('%s is loopback: %s', (hostname, expected) => {
  expect(isLoopback(hostname)).toBe(expected);
});

import { expect, it } from 'vitest';
import { isLocal, isLoopback } from './addresses.ts';

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

it.each([
  ['::1', true],
  ['fe80::1%eth0', true],
  ['169.254.169.254', true],
  ['fd00:ec2::254', true],
  ['fd00:ec2::23', true],
  ['fd00:c1::a9fe:a9fe', true],
  ['fd20:ce::254', true],
  ['::ffff:169.254.169.254', true],
  ['::ffff:0:169.254.169.254', true],
  ['64:ff9b::169.254.169.254', true],
  ['64:ff9b:1::127.0.0.1', true],
  ['2002:7f00:1::', true],
  ['2002:a9fe:a9fe::1', true],
  ['2002:a00:1::', false],
  ['10.0.0.1', false],
  ['fd12:3456::1', false],
  ['64:ff9b::10.0.0.1', false],
  ['2606:4700::1', false],
])(
  'connections to %s count as local, metadata services in every notation among them: %s (law 17)',
  (address, expected) => {
    expect(isLocal(address)).toBe(expected);
  },
);

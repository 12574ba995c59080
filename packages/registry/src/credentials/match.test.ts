import { parseReference } from '@keelson/image';
import { expect, it } from 'vitest';
import { matches, readPlace } from './match.ts';

// The rules of kubernetes pkg/credentialprovider/keyring.go, URLsMatch and isDefaultRegistryMatch.
it.each([
  { key: 'registry.example.com', image: 'registry.example.com/ops/myapp', want: true },
  { key: 'https://registry.example.com', image: 'registry.example.com/ops/myapp', want: true },
  { key: 'http://registry.example.com/v2/', image: 'registry.example.com/ops/myapp', want: true },
  { key: 'Registry.Example.com', image: 'registry.example.com/ops/myapp', want: true },
  { key: 'registry.example.com', image: 'other.example.com/ops/myapp', want: false },
  { key: 'example.com', image: 'registry.example.com/ops/myapp', want: false },
  { key: 'registry.example.com', image: 'registry.example.com.evil.org/ops/myapp', want: false },
  { key: '*.example.com', image: 'registry.example.com/ops/myapp', want: true },
  { key: '*.example.com', image: 'a.b.example.com/ops/myapp', want: false },
  { key: '*.example.com', image: 'example.com/ops/myapp', want: false },
  { key: '*.*.example.com', image: 'a.b.example.com/ops/myapp', want: true },
  { key: 'registry.*.com', image: 'registry.example.com/ops/myapp', want: true },
  { key: 'reg*.example.com', image: 'registry.example.com/ops/myapp', want: true },
  { key: '*-good.example.com', image: 'very-good.example.com/ops/myapp', want: true },
  { key: 'a*b*c.example.com', image: 'axbyc.example.com/ops/myapp', want: true },
  { key: 'a*b*c.example.com', image: 'axcyb.example.com/ops/myapp', want: false },
  { key: 'ab*ba.example.com', image: 'aba.example.com/ops/myapp', want: false },
  { key: 'regist?y.example.com', image: 'registry.example.com/ops/myapp', want: true },
  { key: '*.dkr.ecr.*.amazonaws.com', image: '123.dkr.ecr.eu-west-1.amazonaws.com/myapp', want: true },
  { key: '127.0.0.1:5000', image: '127.0.0.1:5000/ops/myapp', want: true },
  { key: '127.0.0.1', image: '127.0.0.1:5000/ops/myapp', want: false },
  { key: '127.0.0.1:5000', image: '127.0.0.1:5001/ops/myapp', want: false },
  { key: '*.example.com:5000', image: 'registry.example.com:5000/ops/myapp', want: true },
  { key: '[::1]:5000', image: '[::1]:5000/ops/myapp', want: true },
  { key: 'registry.example.com/ops', image: 'registry.example.com/ops/myapp', want: true },
  { key: 'registry.example.com/ops/', image: 'registry.example.com/ops/myapp', want: true },
  { key: 'registry.example.com/op', image: 'registry.example.com/ops/myapp', want: true },
  { key: 'registry.example.com/dev', image: 'registry.example.com/ops/myapp', want: false },
  { key: 'registry.example.com/ops/myapp/x', image: 'registry.example.com/ops/myapp', want: false },
  { key: 'docker.io', image: 'nginx', want: true },
  { key: 'https://index.docker.io/v1/', image: 'nginx', want: true },
  { key: 'index.docker.io', image: 'docker.io/ops/myapp', want: true },
  { key: 'https://registry-1.docker.io/v2/', image: 'ops/myapp', want: true },
  { key: 'registry.hub.docker.com', image: 'ops/myapp', want: true },
  { key: 'docker.io/library', image: 'nginx', want: true },
  { key: 'docker.io/library', image: 'ops/myapp', want: false },
  { key: 'docker.io', image: 'quay.io/ops/myapp', want: false },
  { key: 'docker.io', image: 'docker.io.evil.org/ops/myapp', want: false },
  { key: '', image: 'nginx', want: false },
])('$key for $image: $want', ({ key, image, want }) => {
  expect(matches(readPlace(key), parseReference(image))).toBe(want);
});

it('takes no long time over hostile patterns', () => {
  const place = readPlace(`${'*a'.repeat(200)}b.example.com`);

  expect(matches(place, { host: `${'a'.repeat(60)}.example.com`, repository: 'ops/myapp' })).toBe(false);
});

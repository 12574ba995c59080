import { expect, it } from 'vitest';
import { KeptContent } from './kept-content.ts';
import type { Manifest } from './read-manifest.ts';

const digest = `sha256:${'1'.repeat(64)}` as const;
const manifest: Manifest = { type: 'manifest', config: digest, labels: {} };
const child = { digest, type: 'manifest', platform: '' } as const;
const index: Manifest = {
  type: 'index',
  children: Array.from({ length: 1_000 }, () => child),
  partial: false,
  labels: {},
};

it('indexes of a tenant displace no manifest of another namespace (law 17)', async () => {
  const kept = new KeptContent();
  await kept.manifest('victim', 'app', async () => manifest);
  for (let n = 0; n < 100; n++) await kept.manifest('tenant', `index ${n}`, async () => index);

  const again = kept.manifest('victim', 'app', () => Promise.reject(new Error('requested again')));

  expect(await again).toBe(manifest);
});

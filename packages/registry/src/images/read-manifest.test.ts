import { describe, expect, it } from 'vitest';
import { readManifest } from './read-manifest.ts';

const digest = (n: number) => `sha256:${String(n).padStart(64, '0')}`;
const mediaType = 'application/vnd.oci.image.manifest.v1+json';
const platform = { os: 'linux', architecture: 'arm', variant: 'v7' };
const read = (value: unknown) => readManifest(JSON.stringify(value));

describe('readManifest', () => {
  it('readManifest reads an index', () => {
    const annotations = { 'org.opencontainers.image.version': '1.0', other: 'label' };
    const entries = [{ mediaType, digest: digest(1), platform, size: 1 }, { digest: digest(2) }];

    expect(read({ manifests: entries, annotations })).toEqual({
      type: 'index',
      children: [
        { digest: digest(1), type: 'manifest', platform: 'linux/arm/v7' },
        { digest: digest(2), type: 'manifest', platform: '' },
      ],
      partial: false,
      labels: { version: '1.0' },
    });
  });

  it.each([
    ['a digest of another algorithm', { mediaType, digest: `sha512:${'0'.repeat(128)}` }],
    ['no digest', { mediaType }],
    ['null', null],
  ])('readManifest reads the rest of an index with an entry of %s', (_, entry) => {
    expect(read({ manifests: [entry, { digest: digest(1) }] })).toMatchObject({
      children: [{ digest: digest(1) }],
      partial: true,
    });
  });

  it.each([
    { platform: 'linux' },
    { platform: { os: 1 } },
    { mediaType: 7 },
    { annotations: { a: 1 } },
    { annotations: [] },
    { artifactType: '' },
    { artifactType: 'application/vnd.oci.image.config.v1+json' },
  ])('readManifest reads an entry with %j', (odd) => {
    expect(read({ manifests: [{ digest: digest(1), ...odd }] })).toMatchObject({
      children: [{ digest: digest(1), type: 'manifest', platform: '' }],
      partial: false,
    });
  });

  it('readManifest reads a thousand entries of an index, and says that there are more', () => {
    const manifests = Array.from({ length: 1_001 }, (_, n) => ({ digest: digest(n) }));

    const index = read({ manifests });

    expect(index).toMatchObject({ type: 'index', partial: true });
    expect(index?.type === 'index' && index.children.length).toBe(1_000);
  });

  it('readManifest reads a manifest with its config', () => {
    expect(read({ config: { digest: digest(1) }, layers: [] })).toEqual({
      type: 'manifest',
      config: digest(1),
      labels: {},
    });
  });

  it.each([
    [{}],
    [{ config: {} }],
    [{ config: { digest: 'sha256:short' } }],
    [{ manifests: {} }],
    [[]],
    [null],
    ['text'],
  ])('readManifest reads nothing in %j', (value) => {
    expect(read(value)).toBeUndefined();
  });

  it('readManifest reads nothing in a text that is not JSON', () => {
    expect(readManifest('<html>')).toBeUndefined();
  });
});

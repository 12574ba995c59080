import { describe, expect, it } from 'vitest';
import type { Given } from '../../test/support/objects.ts';
import { digest, firstImage } from '../../test/support/objects.ts';
import { workload } from '../../test/support/workload.ts';
import { pinOf } from './pins.ts';

const a = digest('a');

describe('the pin', () => {
  const key = 'digest.keelson.sh/app';
  it.each<[string, Given, string | undefined]>([
    ['nothing', {}, undefined],
    ['a pin', { image: `${firstImage}@${a}` }, a],
    ['an annotation for this image', { templateAnnotations: { [key]: `${firstImage}@${a}` } }, a],
    ['an annotation for another tag', { templateAnnotations: { [key]: `apps.test/team/web:v2@${a}` } }, undefined],
    [
      'an annotation for another repository',
      { templateAnnotations: { [key]: `apps.test/web:latest@${a}` } },
      undefined,
    ],
    [
      'an annotation in another spelling',
      { image: 'nginx', templateAnnotations: { [key]: `nginx:latest@${a}` } },
      undefined,
    ],
    [
      'an annotation that replaces the digest of git',
      {
        image: `${firstImage}@${a}`,
        templateAnnotations: { [key]: `${firstImage}@${a} ${firstImage}@${digest('b')}` },
      },
      digest('b'),
    ],
    [
      'an annotation that replaces another digest of git',
      {
        image: `${firstImage}@${a}`,
        templateAnnotations: { [key]: `${firstImage}@${digest('c')} ${firstImage}@${digest('b')}` },
      },
      a,
    ],
    ['an annotation without a digest', { templateAnnotations: { [key]: firstImage } }, undefined],
    ['an annotation with half a digest', { templateAnnotations: { [key]: `${firstImage}@sha256:abc` } }, undefined],
    ['an image that is none', { image: 'NOT an image' }, undefined],
  ])('reads the pin from %s', (_what, given, expected) => {
    expect(pinOf(workload(given), 'app')).toBe(expected);
  });

  it('reads no pin of a container that does not exist', () => {
    expect(pinOf(workload(), 'gone')).toBeUndefined();
  });
});

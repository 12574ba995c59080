import { describe, expect, it, onTestFinished } from 'vitest';
import { startFakeApi } from '../../test/support/fake-api.ts';
import type { Given } from '../../test/support/objects.ts';
import { deployment, digest, firstImage } from '../../test/support/objects.ts';
import { connect } from '../http/connect.ts';
import { ConflictError } from '../http/kube-error.ts';
import { readWorkload } from '../objects/workload.ts';
import type { Workload } from '../types.ts';
import { markOf } from './mark.ts';
import { createWritePaths } from './write-paths.ts';

const a = digest('a');
const flux = { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
const release = { 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': 'shop' };

function workload(given: Given = {}): Workload {
  const object = deployment('web', given);
  const metadata = { ...object.metadata, namespace: 'shop', uid: 'uid-web', resourceVersion: '7', generation: 3 };
  const read = readWorkload('Deployment', { ...object, metadata });
  if (read === undefined) throw new Error('no workload');
  return read;
}

/** Write paths over an API server that must not be asked anything. */
async function paths() {
  const api = await startFakeApi((_request, response) => void response.destroy());
  const http = await connect({ kubeconfigText: api.kubeconfig });
  onTestFinished(async () => {
    await http.close();
    await api.stop();
  });
  return { writePathFor: createWritePaths(http), requests: api.requests };
}

describe('the write path', () => {
  it.each([
    ['nobody', {}, 'image-pin'],
    ['a Kustomization', { labels: flux }, 'template-annotation'],
    ['a HelmRelease', { labels: release }, 'template-annotation'],
    [
      'Argo CD',
      { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/web' } },
      'template-annotation',
    ],
  ])('of a workload that belongs to %s', async (_who, given, expected) => {
    const { writePathFor } = await paths();

    expect(writePathFor(workload(given)).name).toBe(expected);
  });
});

describe('without asking the API server', () => {
  it.each([
    ['an image that is not the one decided on', {}, { container: 'app', expected: 'apps.test/team/web:v2', digest: a }],
    ['a container that is not there', {}, { container: 'gone', expected: firstImage, digest: a }],
    ['an image moved by git', { labels: flux }, { container: 'app', expected: 'apps.test/team/web:v2', digest: a }],
  ])('%s is a conflict', async (_what, given, change) => {
    const { writePathFor, requests } = await paths();
    const given_ = workload(given);

    await expect(writePathFor(given_).write(given_, [change])).rejects.toBeInstanceOf(ConflictError);

    expect(requests).toEqual([]);
  });

  it.each([
    ['a pin', { image: `${firstImage}@${a}` }],
    ['an annotation', { labels: flux, templateAnnotations: { 'digest.keelson.sh/app': `${firstImage}@${a}` } }],
  ])('%s that is there already is left', async (_what, given) => {
    const { writePathFor, requests } = await paths();
    const there = workload(given);

    const result = await writePathFor(there).write(there, [{ container: 'app', expected: firstImage, digest: a }]);

    expect(result).toEqual({ changed: false, generation: 3, resourceVersion: '7' });
    expect(requests).toEqual([]);
  });
});

describe('warnings', () => {
  it.each([
    ['Always', firstImage, undefined, []],
    ['IfNotPresent', firstImage, undefined, ['reuses-old-image']],
    ['Never', 'apps.test/team/web:1.2', undefined, ['reuses-old-image']],
    ['IfNotPresent', `${firstImage}@${a}`, undefined, []],
    ['IfNotPresent', firstImage, ['app'], ['reuses-old-image']],
    ['IfNotPresent', firstImage, ['another'], []],
  ])('where the pull policy is %s, for %s (followed: %j): %j', async (pullPolicy, image, followed, expected) => {
    const { writePathFor } = await paths();
    const given = workload({ labels: flux, pullPolicy, image });

    const warnings = writePathFor(given).warnings(given, followed);

    expect(warnings.map(({ code }) => code)).toEqual(expected);
    expect(warnings.every(({ message }) => message.includes('imagePullPolicy: Always'))).toBe(true);
  });

  it('are not needed where the image itself is pinned', async () => {
    const { writePathFor } = await paths();
    const given = workload({ pullPolicy: 'IfNotPresent' });

    expect(writePathFor(given).warnings(given)).toEqual([]);
  });
});

describe('the mark', () => {
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
    ['an annotation without a digest', { templateAnnotations: { [key]: firstImage } }, undefined],
    ['an annotation with half a digest', { templateAnnotations: { [key]: `${firstImage}@sha256:abc` } }, undefined],
    ['an image that is none', { image: 'NOT an image' }, undefined],
  ])('is read from %s', (_what, given, expected) => {
    expect(markOf(workload(given), 'app')).toBe(expected);
  });

  it('of a container that is not there is none', () => {
    expect(markOf(workload(), 'gone')).toBeUndefined();
  });
});

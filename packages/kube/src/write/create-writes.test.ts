import type { WritePathName } from '@keelson/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFakeApi } from '../../test/support/fake-api.ts';
import type { Given } from '../../test/support/objects.ts';
import { digest, firstImage } from '../../test/support/objects.ts';
import { argoTracking, fluxLabels, helmLabels, workload } from '../../test/support/workload.ts';
import { connect } from '../http/connect.ts';
import { ConflictError } from '../http/kube-error.ts';
import type { Workload } from '../types.ts';
import { createWrites } from './create-writes.ts';
import type { Direction, PathOptions, PinPolicy } from './types.ts';

const a = digest('a');
const b = digest('b');
const key = 'digest.keelson.sh/app';
const toA = { container: 'app', expected: firstImage, digest: a };
const ofKeelson = { [key]: [{ manager: 'keelson', operation: 'Apply' as const }] };

const flux: Given = { labels: fluxLabels };
const helm: Given = { labels: helmLabels };
const argo: Given = { annotations: argoTracking };
/** As a rollback through the image leaves it. */
const pinned: Given = { image: `${firstImage}@${a}`, templateAnnotations: { [key]: `${firstImage}@${a}` } };

/** As an update leaves it whose image was applied again without its digest. */
const annotated: Given = { templateAnnotations: { [key]: `${firstImage}@${a}` } };

function pinPolicyThat(works: boolean): PinPolicy {
  return {
    installed: works,
    replacesDigests: works,
    worksIn: () => works,
    refresh: () => Promise.resolve(),
    seen: () => undefined,
  };
}

/** As its owner proved it: the labels, which would be checked, are gone. */
function owned(...given: Parameters<typeof workload>): Workload {
  return { ...workload(...given), labels: {} };
}

/** Writes over an API server that must not receive a request. */
async function writes(works = false) {
  const api = await startFakeApi((_request, response) => void response.destroy());
  const http = await connect({ kubeconfigText: api.kubeconfig });
  onTestFinished(async () => {
    await http.close();
    await api.stop();
  });
  return { writes: createWrites(http, { pinPolicy: pinPolicyThat(works), now: () => 0 }), requests: api.requests };
}

describe('the path', () => {
  const hold: PathOptions = { holdMs: 60_000 };
  const rejected = (...names: readonly WritePathName[]): PathOptions => ({ rejected: names });

  it.each<[string, Given, Direction, boolean, PathOptions, WritePathName]>([
    ['nobody owns, forward', {}, 'forward', false, {}, 'image-pin'],
    ['nobody owns, back', {}, 'back', false, {}, 'image-pin'],
    ['nobody owns, forward, with the admission policy', {}, 'forward', true, {}, 'template-annotation'],
    ['nobody owns, back, with the admission policy', {}, 'back', true, {}, 'template-annotation'],
    [
      'nobody owns, where the admission policy did not reach it',
      {},
      'back',
      true,
      rejected('template-annotation'),
      'image-pin',
    ],
    ['nobody owns, whose image is pinned', { image: `${firstImage}@${a}` }, 'back', true, {}, 'image-pin'],
    ['nobody owns that was reverted, forward', {}, 'forward', false, rejected('image-pin'), 'template-annotation'],
    ['nobody owns that was reverted, back', {}, 'back', false, rejected('image-pin'), 'image-pin'],
    [
      'nobody owns that was reverted by each path',
      {},
      'forward',
      false,
      rejected('image-pin', 'template-annotation'),
      'image-pin',
    ],
    ['nobody owns that an annotation pins, forward', annotated, 'forward', false, {}, 'template-annotation'],
    ['nobody owns that an annotation pins, back', annotated, 'back', false, {}, 'image-pin'],
    ['a Kustomization owns, forward', flux, 'forward', false, {}, 'template-annotation'],
    [
      'a Kustomization owns whose pods run another digest, forward',
      flux,
      'forward',
      false,
      rejected('template-annotation'),
      'flux-kustomization',
    ],
    [
      'Argo CD owns whose pods run another digest, forward',
      argo,
      'forward',
      false,
      rejected('template-annotation'),
      'image-nudge',
    ],
    ['a Kustomization owns, back', flux, 'back', false, {}, 'flux-kustomization'],
    ['a Kustomization owns, back, with the admission policy', flux, 'back', true, {}, 'template-annotation'],
    [
      'a Kustomization owns, back, where the admission policy did not reach it',
      flux,
      'back',
      true,
      rejected('template-annotation'),
      'flux-kustomization',
    ],
    ['a Kustomization owns that was reverted', flux, 'back', false, rejected('flux-kustomization'), 'flux-hold'],
    ['a Kustomization owns that holds, a hold allowed', flux, 'back', false, hold, 'flux-kustomization'],
    [
      'a Kustomization owns that was reverted, a hold allowed',
      flux,
      'back',
      false,
      { ...hold, ...rejected('flux-kustomization') },
      'flux-hold',
    ],
    ['a HelmRelease owns, forward', helm, 'forward', false, {}, 'template-annotation'],
    ['a HelmRelease owns, back', helm, 'back', false, hold, 'flux-helmrelease'],
    ['a HelmRelease owns that was reverted', helm, 'back', false, rejected('flux-helmrelease'), 'image-nudge'],
    ['a HelmRelease owns, back, with the admission policy', helm, 'back', true, {}, 'template-annotation'],
    ['Argo CD owns, forward', argo, 'forward', false, {}, 'template-annotation'],
    ['Argo CD owns, back', argo, 'back', false, {}, 'image-nudge'],
    ['we pinned under a Kustomization, forward', { ...flux, ...pinned }, 'forward', false, {}, 'flux-kustomization'],
    [
      'we pinned under a Kustomization, now with the admission policy',
      { ...flux, ...pinned },
      'back',
      true,
      {},
      'flux-kustomization',
    ],
    ['we pinned under a HelmRelease, forward', { ...helm, ...pinned }, 'forward', false, {}, 'flux-helmrelease'],
    [
      'an entry is left in a HelmRelease, forward',
      helm,
      'forward',
      false,
      { written: 'flux-helmrelease' },
      'flux-helmrelease',
    ],
    ['git pins itself', { ...flux, image: `${firstImage}@${a}` }, 'forward', false, {}, 'template-annotation'],
  ])('chooses the write path where %s (law 9)', async (_what, given, direction, works, options, expected) => {
    const { writes: made } = await writes(works);

    expect((await made.pathFor(owned(given), direction, options)).name).toBe(expected);
  });

  it('recognises an image that Keelson wrote although its pin annotation is gone', async () => {
    const { writes: made } = await writes();
    const wrote = { 'image:app': [{ manager: 'keelson', operation: 'Update' as const }] };
    const given = owned({ ...flux, image: `${firstImage}@${a}` }, wrote);

    expect((await made.pathFor(given, 'forward')).name).toBe('flux-kustomization');
  });
});

describe('without a request', () => {
  it.each([
    ['an image that is not the one decided on', {}, { ...toA, expected: 'apps.test/team/web:v2' }],
    ['a container that is not there', {}, { ...toA, container: 'gone' }],
    ['an image moved by git', flux, { ...toA, expected: 'apps.test/team/web:v2' }],
    ['an image moved by a chart', { ...helm, ...pinned }, { ...toA, expected: 'apps.test/team/web:v2' }],
    ['another pin', { ...helm, ...pinned }, { ...toA, expected: `${firstImage}@${b}` }],
  ])('reports %s as a conflict without a request', async (_what, given, change) => {
    const { writes: made, requests } = await writes();
    const there = owned(given);

    const writing = (await made.pathFor(there, 'forward')).write(there, [change]);

    await expect(writing).rejects.toBeInstanceOf(ConflictError);
    expect(requests).toEqual([]);
  });

  it.each([
    ['a pin', {}, { image: `${firstImage}@${a}` }, {}],
    ['a pin annotation', flux, { templateAnnotations: { [key]: `${firstImage}@${a}` } }, ofKeelson],
  ])('sends nothing where %s is there already', async (_what, owner, given, writers) => {
    const { writes: made, requests } = await writes();
    const there = owned({ ...owner, ...given }, writers);

    const result = await (await made.pathFor(there, 'forward')).write(there, [toA]);

    expect(result).toMatchObject({ generation: 3, templateHash: there.templateHash });
    expect(requests).toEqual([]);
  });
});

describe('warnings', () => {
  it.each([
    ['Always', firstImage, undefined, []],
    ['IfNotPresent', firstImage, undefined, ['reuses-old-image']],
    ['Never', 'apps.test/team/web:1.2', undefined, ['image-never-pulled']],
    ['Never', 'apps.test/team/web:1.2', ['another'], []],
    ['IfNotPresent', firstImage, ['app'], ['reuses-old-image']],
    ['IfNotPresent', firstImage, ['another'], []],
  ])('warns about pull policy %s of %s (followed: %j): %j', async (pullPolicy, image, followed, expected) => {
    const { writes: made } = await writes();
    const given = owned({ ...flux, pullPolicy, image });

    const warnings = (await made.pathFor(given, 'forward')).warnings(given, followed);

    expect(warnings.map(({ code }) => code)).toEqual(expected);
    expect(warnings.every(({ message }) => message.includes('imagePullPolicy: Always'))).toBe(true);
  });

  it.each<[string, Given, boolean, string[]]>([
    ['a digest of git', flux, false, ['pinned-by-digest']],
    ['a digest of git that the admission policy replaces', flux, true, []],
    ['a digest in a manifest that nobody reconciles', {}, false, []],
    ['a digest under Argo CD', { ...argo, pullPolicy: 'Always' }, false, ['pinned-by-digest', 'may-be-reverted']],
  ])('warns about %s', async (_what, owner, works, expected) => {
    const { writes: made } = await writes(works);
    const given = owned({ ...owner, image: `${firstImage}@${a}` });

    const warnings = (await made.pathFor(given, 'forward')).warnings(given);

    expect(warnings.map(({ code }) => code)).toEqual(expected);
  });

  it('warns of no digest that Keelson wrote beside its annotation', async () => {
    const { writes: made } = await writes();
    const given = owned({ ...flux, ...pinned });

    expect((await made.pathFor(given, 'forward')).warnings(given)).toEqual([]);
    expect(made.whyFixed(given, 'app')).toBeUndefined();
  });

  it.each([
    ['where the image itself is pinned', {}, false],
    ['where pods are given the digest, whatever their pull policy', { ...helm, pullPolicy: 'IfNotPresent' }, true],
  ])('warns of nothing %s', async (_where, more, works) => {
    const { writes: made } = await writes(works);
    const given = owned({ pullPolicy: 'IfNotPresent', ...more });

    expect((await made.pathFor(given, 'forward')).warnings(given)).toEqual([]);
  });

  it.each<[string, Given, Direction, PathOptions, string]>([
    ['a HelmRelease that was reverted', helm, 'back', { rejected: ['flux-helmrelease'] }, 'HelmRelease shop/shop'],
    ['a HelmRelease that was reverted', helm, 'back', { rejected: ['flux-helmrelease'] }, 'driftDetection'],
    ['Argo CD', argo, 'forward', {}, 'Application shop'],
    ['Argo CD', argo, 'back', {}, 'RespectIgnoreDifferences=true'],
  ])('warns that a rollback under %s (%o, %s) may be reverted', async (_who, given, direction, options, part) => {
    const { writes: made } = await writes();
    const there = owned({ ...given, pullPolicy: 'Always' });

    const warnings = (await made.pathFor(there, direction, options)).warnings(there);

    expect(warnings.map(({ code }) => code)).toEqual(['may-be-reverted']);
    expect(warnings[0]?.message).toContain(part);
    expect(warnings[0]?.message).toContain('infrastructure/keelson-pin');
  });

  it.each([
    ['an hour', '1970-01-01T01:00:00.000Z', ['flux-on-hold']],
    ['a pass that may be under way', '1970-01-01T00:02:00.000Z', []],
  ])('warns of a hold on Flux that lasts for %s (until %s): %o', async (_why, until, codes) => {
    const { writes: made } = await writes();
    const annotations = {
      'keelson.sh/flux-hold-until': until,
      'kustomize.toolkit.fluxcd.io/reconcile': 'disabled',
    };
    const there = owned({ ...flux, annotations, pullPolicy: 'Always' });

    const warnings = (await made.pathFor(there, 'forward')).warnings(there);

    expect(warnings.map(({ code }) => code)).toEqual(codes);
    for (const { message } of warnings) expect(message).toContain(until);
  });
});

describe('a hold', () => {
  const until = 'keelson.sh/flux-hold-until';

  it.each([
    [{}, undefined],
    [{ 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' }, undefined],
    [{ [until]: '1970-01-01T00:01:00.000Z' }, 60_000],
    [{ [until]: 'soon' }, 0],
  ])('reads from %o that a hold ends at %s', async (annotations, expected) => {
    const { writes: made } = await writes();

    expect(made.holdUntil(workload({ annotations }))).toBe(expected);
  });

  it('ends no hold that a person set', async () => {
    const { writes: made, requests } = await writes();

    await made.endHold(workload({ annotations: { 'kustomize.toolkit.fluxcd.io/reconcile': 'disabled' } }));

    expect(requests).toEqual([]);
  });
});

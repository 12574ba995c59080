import type { Owner, Workload } from '@keelson/kube';
import { createWrites } from '@keelson/kube';
import { readIntent } from '@keelson/policy';
import { describe, expect, it } from 'vitest';
import { followed } from '../testing/manifests.ts';
import { noCluster } from '../testing/no-cluster.ts';
import { container, digestOf, workload } from '../testing/values.ts';
import { workloadRecord } from './workload-record.ts';

function record(over: Partial<Workload> = {}) {
  const subject = workload(over);
  return workloadRecord(subject, readIntent(subject), createWrites(noCluster));
}

const annotated = (annotations: Record<string, string>) => record({ annotations: { ...followed, ...annotations } });

describe('workloadRecord', async () => {
  it('a workload record has the containers that are followed, the schedule and the write path', async () => {
    expect(await record()).toEqual({
      id: 'ns/deployment/web',
      namespace: 'ns',
      kind: 'Deployment',
      name: 'web',
      uid: 'u1',
      policy: 'force, match-tag',
      trigger: 'poll',
      schedule: 'every 1m',
      intervalMs: 60_000,
      owner: 'none',
      writePath: 'image-pin',
      containers: [{ name: 'app', image: 'ghcr.io/me/web:latest', repository: 'ghcr.io/me/web', tag: 'latest' }],
      warnings: [],
    });
  });

  it.each([
    [{ 'keel.sh/match-tag': 'false' }, 'force'],
    [{ 'keel.sh/policy': 'never' }, 'never'],
    [{ 'keel.sh/policy': 'minor' }, 'minor (unsupported)'],
  ])('a workload record shows the policy of %o', async (annotations, policy) => {
    expect((await annotated(annotations)).policy).toBe(policy);
  });

  it.each<[Owner, string, string]>([
    [{ type: 'none' }, 'none', 'image-pin'],
    [{ type: 'argocd', application: 'shop' }, 'Argo CD shop', 'template-annotation'],
    [
      { type: 'flux-kustomization', namespace: 'flux-system', name: 'apps' },
      'Flux Kustomization flux-system/apps',
      'template-annotation',
    ],
    [
      { type: 'flux-helmrelease', namespace: 'web', name: 'chart' },
      'Flux HelmRelease web/chart',
      'template-annotation',
    ],
  ])('a workload record shows the owner %o', async (owner, text, writePath) => {
    expect(await record({ owner })).toMatchObject({ owner: text, writePath });
  });

  it('a workload record has no interval for a cron schedule, nor for a workload that is not polled', async () => {
    expect(await annotated({ 'keel.sh/poll-schedule': '0 3 * * *' })).toMatchObject({ schedule: '0 3 * * * (UTC)' });
    expect(await annotated({ 'keel.sh/poll-schedule': '0 3 * * *' })).not.toHaveProperty('intervalMs');
    const hinted = await record({ annotations: { 'keel.sh/policy': 'force' } });
    expect(hinted).toMatchObject({ trigger: 'webhook', schedule: 'on webhook or request' });
    expect(hinted).not.toHaveProperty('intervalMs');
  });

  it('a workload record has the warnings of annotations, containers and write path', async () => {
    const { warnings, containers } = await record({
      annotations: { ...followed, 'keel.sh/polcy': 'force' },
      containers: [container('app', 'not//an//image'), container('side', 'ghcr.io/me/side:1', { index: 1 })],
      owner: { type: 'argocd', application: 'shop' },
    });

    expect(containers.map(({ name }) => name)).toEqual(['side']);
    expect(warnings.map(({ code }) => code)).toEqual([
      'unknown-annotation',
      'unreadable-image',
      'reuses-old-image',
      'may-be-reverted',
    ]);
  });

  it('a workload record has the repository without the pin, and no tag where there is none', async () => {
    const a = digestOf('a');
    const images = [`ghcr.io/me/web:latest@${a}`, `ghcr.io/me/web@${a}`];
    const containers = images.map((image, index) => container(`c${index}`, image, { index }));

    expect((await record({ containers })).containers).toEqual([
      { name: 'c0', image: images[0], repository: 'ghcr.io/me/web', tag: 'latest' },
      { name: 'c1', image: images[1], repository: 'ghcr.io/me/web' },
    ]);
  });
});

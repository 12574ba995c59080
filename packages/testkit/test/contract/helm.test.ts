import { createHash } from 'node:crypto';
import type { Helm, KubeManifest, RegistryServer } from '@keelson/simulator';
import { pushImage, startFlux, startHelm, startRegistry } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { fluxCrds, fluxCrdsMissing } from '../../src/index.ts';
import { onBothClusters } from './both-clusters.ts';

const wait = { timeout: 60_000, interval: 30 };
const apply = 'application/apply-patch+yaml';
const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';
const host = 'helm.test';
const pin = 'digest.keelson.sh/app';
let registry: RegistryServer | undefined;
/** Of images that run and that crash. */
let good = '';
let bad = '';
afterAll(() => registry?.stop());

async function mirrors(): Promise<Record<string, string>> {
  registry ??= await startRegistry();
  const outcome = (label: string) => ({ labels: { 'sh.keelson.outcome': label } });
  good = (await pushImage(registry, 'team/web', 'good', outcome('ready'))).digest;
  // What git names means the bad image by now.
  bad = (await pushImage(registry, 'team/web', 'latest', outcome('crash'))).digest;
  return { [host]: registry.url };
}

const tag = `${host}/team/web:latest`;

const deployment = z.looseObject({
  metadata: z.looseObject({ generation: z.number(), labels: z.record(z.string(), z.string()) }),
  spec: z.looseObject({
    replicas: z.number(),
    template: z.looseObject({
      metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).default({}) }),
      spec: z.looseObject({ containers: z.array(z.looseObject({ image: z.string() })) }),
    }),
  }),
});
const condition = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string(),
  observedGeneration: z.number(),
});
const helmRelease = z.looseObject({
  metadata: z.looseObject({ generation: z.number() }),
  spec: z.looseObject({ postRenderers: z.array(z.unknown()).optional() }),
  status: z.looseObject({
    observedGeneration: z.number().optional(),
    lastAttemptedGeneration: z.number().optional(),
    lastHandledReconcileAt: z.string().optional(),
    observedPostRenderersDigest: z.string().optional(),
    history: z.array(z.looseObject({ status: z.string(), version: z.number() })).default([]),
    inventory: z.looseObject({ entries: z.array(z.looseObject({ id: z.string() })) }).optional(),
    conditions: z.array(condition),
  }),
});

onBothClusters(
  'helm-controller',
  (env) => {
    let helm: Helm | undefined;
    let namespace = '';
    beforeAll(async () => {
      helm = await startHelm(env.access, { crds: fluxCrds(), pauseMs: 0, pollMs: 30 });
    });
    afterAll(() => helm?.stop());
    beforeEach(async () => {
      namespace = await env.namespace();
    });

    const chart = (image = tag, replicas = 0): KubeManifest => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'myapp', namespace },
      spec: {
        replicas,
        selector: { matchLabels: { app: 'myapp' } },
        template: { metadata: { labels: { app: 'myapp' } }, spec: { containers: [{ name: 'app', image }] } },
      },
    });
    const path = () => `/apis/apps/v1/namespaces/${namespace}/deployments/myapp`;
    const live = async () => deployment.parse(await env.api.do('GET', path()));
    const image = async () => (await live()).spec.template.spec.containers[0]?.image;
    /** One HelmRelease a test, named after its namespace. */
    const releasePath = () => `/apis/helm.toolkit.fluxcd.io/v2/namespaces/flux-system/helmreleases/${namespace}`;
    const release = async () => helmRelease.parse(await env.api.do('GET', releasePath()));
    const conditionOf = async (type: string) => (await release()).status.conditions.find((each) => each.type === type);
    const pass = async () => (await helm?.reconcile(namespace))?.[0];
    const start = async (spec: Record<string, unknown> = {}, ...manifests: KubeManifest[]) => {
      await helm?.bootstrap(namespace, spec);
      helm?.chart(namespace, manifests.length > 0 ? manifests : chart());
      expect(await pass()).toMatchObject({ actions: ['install'], reason: 'InstallSucceeded' });
    };
    const entry = (digest: string, name = tag) => [{ kustomize: { images: [{ name, newTag: 'latest', digest }] } }];
    const pinned = (digest: string) => `${tag}@${digest}`;
    const annotations = (requestedAt: string) => ({ 'reconcile.fluxcd.io/requestedAt': requestedAt });
    /** As the handbook of this path has it: server-side apply, the stamp and the entry in one request. */
    const write = (spec: Record<string, unknown>, requestedAt = 'now') => {
      const metadata = { name: namespace, namespace: 'flux-system', annotations: annotations(requestedAt) };
      const body = { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', metadata, spec };
      return env.api.do('PATCH', `${releasePath()}?fieldManager=keelson`, body, apply);
    };
    const nudge = (to: string) =>
      env.api.do(
        'PATCH',
        `${path()}?fieldManager=keelson`,
        { spec: { template: { spec: { containers: [{ name: 'app', image: to }] } } } },
        strategic,
      );
    const setSpec = (spec: Record<string, unknown>) =>
      env.api.do('PATCH', `${releasePath()}?fieldManager=flux`, { spec }, merge);
    /** A template annotation of Keelson's. */
    const annotate = () => {
      const template = { metadata: { annotations: { [pin]: pinned(good) } } };
      const body = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'myapp', namespace },
        spec: { template },
      };
      return env.api.do('PATCH', `${path()}?fieldManager=keelson&force=true`, body, apply);
    };
    const annotated = async () => (await live()).spec.template.metadata.annotations[pin];

    it('helm-controller installs what the chart renders, labels it, lists it, and has nothing to do from then on', async () => {
      await start();

      expect((await live()).metadata.labels).toMatchObject({
        'helm.toolkit.fluxcd.io/name': namespace,
        'helm.toolkit.fluxcd.io/namespace': 'flux-system',
      });
      const { metadata, status } = await release();
      expect(status.inventory?.entries).toEqual([
        expect.objectContaining({ id: `${namespace}_myapp_apps_Deployment` }),
      ]);
      expect(status).toMatchObject({
        observedGeneration: metadata.generation,
        lastAttemptedGeneration: metadata.generation,
        history: [{ status: 'deployed', version: 1 }],
      });
      for (let n = 0; n < 2; n += 1) expect(await pass()).toMatchObject({ actions: [], reason: 'InstallSucceeded' });
      expect((await live()).metadata.generation).toBe(1);
    });

    it('an entry of spec.postRenderers is used by an upgrade of its own, and an equal nudge after it is no change', async () => {
      await start({ driftDetection: { mode: 'enabled' } });
      await write({ postRenderers: entry(good) }, 'stamp-1');

      expect(await pass()).toMatchObject({ actions: ['upgrade'] });

      expect(await image()).toBe(pinned(good));
      const { generation } = (await live()).metadata;
      await nudge(pinned(good));
      expect((await live()).metadata.generation).toBe(generation);
      expect(await pass()).toMatchObject({ actions: [] });
      const { metadata, status } = await release();
      const text = `[{"kustomize":{"images":[{"name":"${tag}","newTag":"latest","digest":"${good}"}]}}]\n`;
      expect(status).toMatchObject({
        observedGeneration: metadata.generation,
        lastAttemptedGeneration: metadata.generation,
        lastHandledReconcileAt: 'stamp-1',
        observedPostRenderersDigest: `sha256:${createHash('sha256').update(text).digest('hex')}`,
        history: [
          { status: 'deployed', version: 2 },
          { status: 'superseded', version: 1 },
        ],
      });

      await write({}, 'stamp-2');
      expect(await pass()).toMatchObject({ actions: ['upgrade'] });
      expect(await image()).toBe(tag);
      expect((await release()).status.observedPostRenderersDigest ?? '').toBe('');
    });

    it('the digest of spec.postRenderers has the field order and the escapes of Go', async () => {
      await start();
      const patch = '- {op: add, path: /metadata/annotations/a, value: "<&>"}';
      const target = { name: 'nobody', kind: 'Secret' };
      await write({
        postRenderers: [{ kustomize: { images: [{ digest: good, name: 'a' }], patches: [{ target, patch }] } }],
      });
      await pass();

      const escaped = '- {op: add, path: /metadata/annotations/a, value: \\"\\u003c\\u0026\\u003e\\"}';
      const patches = `{"patch":"${escaped}","target":{"kind":"Secret","name":"nobody"}}`;
      const text = `[{"kustomize":{"patches":[${patches}],"images":[{"name":"a","digest":"${good}"}]}}]\n`;
      const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
      expect((await release()).status.observedPostRenderersDigest).toBe(digest);
    });

    it('an entry for an image that no container names is accepted in silence', async () => {
      await start();
      await write({ postRenderers: entry(good, `${host}/team/other:latest`) });

      expect(await pass()).toMatchObject({ actions: ['upgrade'], reason: 'UpgradeSucceeded' });

      expect(await conditionOf('Ready')).toMatchObject({ status: 'True' });
      expect(await image()).toBe(tag);
    });

    it('an entry that names its tag no longer changes an image whose tag the chart changed', async () => {
      await start();
      await write({ postRenderers: entry(good) });
      await pass();
      helm?.chart(namespace, chart(`${host}/team/web:v2`));
      await pass();

      expect(await image()).toBe(`${host}/team/web:v2`);
    });

    it('an entry without the tag in its name hides later tags of the chart', async () => {
      await start();
      await write({ postRenderers: entry(good, `${host}/team/web`) });
      helm?.chart(namespace, chart(`${host}/team/web:v2`));
      await pass();

      expect(await image()).toBe(pinned(good));
    });

    it.each([
      ['disabled', undefined, []],
      ['warn', 'True', []],
      ['enabled', 'False', ['drift correction']],
    ])(
      'a bare nudge with driftDetection %s (Drifted %s) leads to %j, and an upgrade reverts it',
      async (mode, drifted, actions) => {
        await start({ driftDetection: { mode } });
        await nudge(pinned(good));

        expect(await pass()).toMatchObject({ actions });

        expect(await image()).toBe(mode === 'enabled' ? tag : pinned(good));
        expect((await conditionOf('Drifted'))?.status).toBe(drifted);
        helm?.chart(namespace, chart(tag, 0));
        await setSpec({ postRenderers: entry(good, 'nothing') });
        await pass();
        expect(await image()).toBe(tag);
      },
    );

    it.each([
      ['by default', {}, true],
      ['with a patch', { serverSideApply: 'disabled' }, true],
      ['with a PUT', { serverSideApply: 'disabled', force: true }, false],
    ])('a template annotation that an upgrade finds %s (%j) is kept: %s', async (_what, upgrade, kept) => {
      await start({ driftDetection: { mode: 'enabled' }, upgrade });
      await annotate();

      expect(await pass()).toMatchObject({ actions: [] });
      expect(await annotated()).toBeDefined();
      helm?.chart(namespace, [chart(`${host}/team/web:v2`)]);
      expect(await pass()).toMatchObject({ actions: ['upgrade'] });

      expect((await annotated()) !== undefined).toBe(kept);
    });

    it('an upgrade that waits for bad pods ends when their image is nudged, and the next pass uses the entry without a rollout', async () => {
      await start({ timeout: '60s' });
      helm?.chart(namespace, chart(tag, 1));
      const blocked = pass();
      await vi.waitUntil(async () => (await live()).spec.replicas === 1, wait);
      await write({ postRenderers: entry(good) });
      const { status, metadata } = await release();
      expect(status.lastAttemptedGeneration).toBe(metadata.generation - 1);
      await nudge(pinned(good));

      expect(await blocked).toMatchObject({ actions: ['upgrade'], reason: 'UpgradeSucceeded' });
      const before = (await live()).metadata.generation;
      const { metadata: between, status: said } = await release();
      expect(said.observedGeneration).toBe(between.generation - 1);
      expect(await conditionOf('Ready')).toMatchObject({ status: 'True', observedGeneration: between.generation });
      expect(await pass()).toMatchObject({ actions: ['upgrade'], reason: 'UpgradeSucceeded' });
      expect((await live()).metadata.generation).toBe(before);
    });

    it('a failed release stays as it is until a new generation, which is upgraded at once', async () => {
      await start({ upgrade: { timeout: '100ms' } });
      helm?.chart(namespace, chart(tag, 1));
      expect(await pass()).toMatchObject({ actions: ['upgrade'], reason: 'UpgradeFailed', next: 'never' });
      expect(await conditionOf('Stalled')).toMatchObject({ status: 'True', reason: 'RetriesExceeded' });
      expect(await pass()).toMatchObject({ actions: [] });

      await write({ postRenderers: entry(good) });
      await setSpec({ upgrade: { timeout: '20s' } });

      expect(await pass()).toMatchObject({ actions: ['upgrade'], reason: 'UpgradeSucceeded' });
      expect(await conditionOf('Stalled')).toBeUndefined();
      expect(await image()).toBe(pinned(good));
    });

    it('a bad entry is rolled back by remediateLastFailure although it stays, and taking it out repairs the release', async () => {
      helm?.chart(namespace, chart(`${host}/team/web:good`, 1));
      await helm?.bootstrap(namespace, { upgrade: { timeout: '100ms', remediation: { remediateLastFailure: true } } });
      await pass();
      await write({ postRenderers: entry(bad, `${host}/team/web:good`) });

      expect(await pass()).toMatchObject({
        actions: ['upgrade', 'rollback'],
        reason: 'RollbackSucceeded',
        next: 'never',
      });

      expect(await image()).toBe(`${host}/team/web:good`);
      const { status } = await release();
      expect(status.history.map((each) => each.status)).toEqual(['deployed', 'failed', 'superseded']);
      expect(status.observedPostRenderersDigest).toMatch(/^sha256:/);
      expect(await conditionOf('Ready')).toMatchObject({ status: 'False' });
      // The next pass finds the generation observed, and says Ready although it never used the entry.
      await pass();
      expect(await conditionOf('Ready')).toMatchObject({ status: 'True' });
      expect(await image()).toBe(`${host}/team/web:good`);

      await write({});
      await setSpec({ upgrade: { timeout: '20s' } });
      expect(await pass()).toMatchObject({ reason: 'UpgradeSucceeded' });
    });

    it('a remediation with retries left comes back at once, without observing the generation', async () => {
      await start({ upgrade: { timeout: '100ms', remediation: { retries: 1 } } });
      helm?.chart(namespace, chart(tag, 1));

      expect(await pass()).toMatchObject({ actions: ['upgrade', 'rollback'], next: 'at once' });
      expect((await live()).spec.replicas).toBe(0);
      expect(await pass()).toMatchObject({ actions: ['upgrade', 'rollback'], next: 'never' });
    });

    it('a suspended HelmRelease says that it observed an entry which it never used', async () => {
      await start();
      await setSpec({ suspend: true });
      await write({ postRenderers: entry(good) }, 'while suspended');

      expect(await pass()).toMatchObject({ reason: 'Suspended' });

      const { metadata, status } = await release();
      expect(status.observedGeneration).toBe(metadata.generation);
      expect(status.lastHandledReconcileAt).toBe('while suspended');
      expect(status.lastAttemptedGeneration).toBeLessThan(metadata.generation);
      expect(await image()).toBe(tag);
      await setSpec({ suspend: false });
      await pass();
      expect(await image()).toBe(pinned(good));
    });

    it('nothing is used while source-controller is down', async () => {
      await start();
      helm?.chart(namespace, undefined);
      await write({ postRenderers: entry(good) });

      expect(await pass()).toMatchObject({ actions: [], reason: 'ArtifactFailed' });
      expect(await image()).toBe(tag);
      helm?.chart(namespace, chart());
      await pass();
      expect(await image()).toBe(pinned(good));
    });

    it('an entry that cannot be built is refused without a new version, and tried again', async () => {
      await start();
      await write({ postRenderers: [{ kustomize: { images: [{ name: '(', newTag: 'x' }] } }] });

      expect(await pass()).toMatchObject({ reason: 'UpgradeFailed', next: 'at once' });

      expect((await release()).status.history).toHaveLength(1);
      expect(await image()).toBe(tag);
    });

    it('a HelmRelease that watches passes by itself at each new generation', async () => {
      await using watching = await startHelm(env.access, { watchMs: 20, pollMs: 30 });
      await watching.bootstrap(namespace);
      watching.chart(namespace, chart());
      await vi.waitUntil(async () => (await env.api.request('GET', path())).status === 200, wait);
      await write({ postRenderers: entry(good) });

      await vi.waitFor(async () => expect(await image()).toBe(pinned(good)), wait);
    });

    it('a Kustomization keeps an entry that git does not have, and its spec.patches add one to a list in git', async () => {
      await using flux = await startFlux(env.access, { crds: fluxCrds() });
      const sourceRef = { kind: 'GitRepository', name: 'flux-system' };
      const inGit = (postRenderers?: unknown): KubeManifest => ({
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        kind: 'HelmRelease',
        metadata: { name: namespace, namespace: 'flux-system' },
        spec: {
          interval: '10m',
          chart: { spec: { chart: './chart', sourceRef } },
          ...(postRenderers ? { postRenderers } : {}),
        },
      });
      await flux.bootstrap(namespace);
      flux.commit(namespace, inGit());
      await flux.reconcile(namespace);
      helm?.chart(namespace, chart());
      await pass();
      await write({ postRenderers: entry(good) });
      expect((await flux.reconcile(namespace))[0]?.objects).toEqual({
        [`HelmRelease/flux-system/${namespace}`]: 'unchanged',
      });
      await write({});

      flux.commit(namespace, inGit(entry(good, 'other.test/app')));
      await flux.reconcile(namespace);
      expect(
        (
          await env.api.request(
            'PATCH',
            `${releasePath()}?fieldManager=keelson`,
            {
              apiVersion: 'helm.toolkit.fluxcd.io/v2',
              kind: 'HelmRelease',
              metadata: { name: namespace, namespace: 'flux-system' },
              spec: { postRenderers: entry(good) },
            },
            apply,
          )
        ).status,
      ).toBe(409);
      const patch = `# a comment\n${JSON.stringify([{ op: 'add', path: '/spec/postRenderers/-', value: entry(good)[0] }])}`;
      const target = {
        group: 'helm.toolkit.fluxcd.io',
        kind: 'HelmRelease',
        name: namespace,
        namespace: 'flux-system',
      };
      const kustomization = `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/${namespace}`;
      await env.api.do(
        'PATCH',
        `${kustomization}?fieldManager=keelson`,
        { spec: { patches: [{ patch, target }] } },
        merge,
      );
      await flux.reconcile(namespace);
      expect((await release()).spec.postRenderers).toHaveLength(2);
      await pass();
      expect(await image()).toBe(pinned(good));
    });
  },
  { missing: fluxCrdsMissing(), mirrors },
);

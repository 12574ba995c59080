import { workloadKinds } from '@keelson/core';
import { inventoryId, releaseInventoryId } from '../../../src/owner/inventory.ts';
import { kustomizationPath } from '../../../src/write/flux/kustomization.ts';
import type { HelmRelease } from '../../../src/write/helm/helm-release.ts';
import { helmReleasePath, readHelmRelease } from '../../../src/write/helm/helm-release.ts';
import { postRenderersDigest } from '../../../src/write/helm/post-renderers-digest.ts';
import type { Harness } from '../harness.ts';
import { fluxLabels } from './flux.ts';

type Json = Readonly<Record<string, unknown>>;

/** A HelmRelease `shop` in a test's namespace, and Flux's own writes. */
export interface Helm {
  /** It lists workloads of every kind named web, staging and other. */
  readonly make: (namespace: string, spec?: Json) => Promise<void>;
  readonly read: (namespace: string) => Promise<HelmRelease & { readonly object: unknown }>;
  /** helm-controller says so in its status: by default all that follows a pass which used what is there now. */
  readonly says: (namespace: string, status?: Json) => Promise<void>;
  /** The Kustomization `apps` applies what git has of it. */
  readonly isApplied: (namespace: string, spec: Json) => Promise<void>;
  /** The Kustomization `apps` lists it. */
  readonly isListed: (namespace: string) => Promise<void>;
}

const releaseOf = (namespace: string) => ({ namespace, name: 'shop' });

export function helmLabels(namespace: string): Readonly<Record<string, string>> {
  return { 'helm.toolkit.fluxcd.io/name': 'shop', 'helm.toolkit.fluxcd.io/namespace': namespace };
}

export function helm(harness: () => Harness): Helm {
  const sourceRef = { kind: 'GitRepository', name: 'apps' };
  const spec = { interval: '10m', chart: { spec: { chart: './chart', sourceRef } } };

  async function apply(namespace: string, more: Json, manager: string, labels = {}): Promise<void> {
    await harness().http.request({
      method: 'PATCH',
      path: helmReleasePath(releaseOf(namespace)),
      query: { fieldManager: manager, force: true },
      contentType: 'application/apply-patch+yaml',
      body: {
        apiVersion: 'helm.toolkit.fluxcd.io/v2',
        kind: 'HelmRelease',
        metadata: { ...releaseOf(namespace), labels },
        spec: { ...spec, ...more },
      },
    });
  }

  async function read(namespace: string) {
    const object = await harness().http.request({ path: helmReleasePath(releaseOf(namespace)) });
    const release = readHelmRelease(object);
    if (release === undefined) throw new Error('not readable');
    return { ...release, object };
  }

  async function writeStatus(path: string, status: unknown): Promise<void> {
    await harness().http.request({
      method: 'PATCH',
      path: `${path}/status`,
      query: { fieldManager: 'helm-controller' },
      contentType: 'application/merge-patch+json',
      body: { status },
    });
  }

  async function lists(namespace: string): Promise<void> {
    const entries = ['web', 'staging', 'other'].flatMap((name) =>
      workloadKinds.map((kind) => ({ id: inventoryId({ namespace, kind, name }), v: 'v1' })),
    );
    await writeStatus(helmReleasePath(releaseOf(namespace)), { inventory: { entries } });
  }

  const snapshot = {
    name: 'shop',
    namespace: 'shop',
    version: 2,
    chartName: 'shop',
    chartVersion: '1.0.0',
    configDigest: 'sha256:1',
    digest: 'sha256:2',
    firstDeployed: '2026-11-23T00:00:00Z',
    lastDeployed: '2026-11-23T00:00:00Z',
    status: 'deployed',
    action: 'upgrade',
  };

  return {
    read,
    async make(namespace, more = {}) {
      await apply(namespace, more, 'flux');
      await lists(namespace);
    },
    async isApplied(namespace, more) {
      await apply(namespace, more, 'kustomize-controller', fluxLabels(namespace));
      await lists(namespace);
    },
    async isListed(namespace) {
      const status = { inventory: { entries: [{ id: releaseInventoryId(releaseOf(namespace)), v: 'v2' }] } };
      await writeStatus(kustomizationPath({ namespace, name: 'apps' }), status);
    },
    async says(namespace, status = {}) {
      const { generation, postRenderers } = await read(namespace);
      const { ready, newest, ...rest } = status;
      const condition = {
        type: 'Ready',
        status: 'True',
        reason: 'UpgradeSucceeded',
        message: 'Helm upgrade succeeded',
        observedGeneration: generation,
        lastTransitionTime: '2026-11-23T00:00:00Z',
      };
      const said = {
        observedGeneration: generation,
        lastAttemptedGeneration: generation,
        observedPostRenderersDigest: postRenderersDigest(postRenderers),
        conditions: [{ ...condition, ...(typeof ready === 'object' ? ready : {}) }],
        history: [{ ...snapshot, ...(typeof newest === 'object' ? newest : {}) }],
        ...rest,
      };
      await writeStatus(helmReleasePath(releaseOf(namespace)), said);
    },
  };
}

import { workloadKinds } from '@keelson/core';
import { fields, list } from '../../../src/fields.ts';
import { inventoryId } from '../../../src/owner/inventory.ts';
import type { Kustomization } from '../../../src/write/flux/kustomization.ts';
import { kustomizationPath, readKustomization } from '../../../src/write/flux/kustomization.ts';
import type { Harness } from '../harness.ts';

interface Conditions {
  readonly type?: string;
  readonly status: string;
  readonly reason: string;
  readonly message?: string;
  /** @default the generation that is there now */
  readonly observedGeneration?: number;
}

/** A Kustomization `apps` in a test's namespace, and Flux's own writes. */
export interface Flux {
  /** It lists workloads of every kind of these names. @default web, staging and other */
  readonly make: (
    namespace: string,
    spec?: Readonly<Record<string, unknown>>,
    listed?: readonly string[],
  ) => Promise<void>;
  readonly read: (namespace: string) => Promise<Kustomization & { readonly object: unknown }>;
  /** A pass that read it before it was last changed does: with the latest generation in its conditions, and nothing else of it. */
  readonly staleSays: (namespace: string, ...conditions: readonly Conditions[]) => Promise<void>;
  readonly writeStatus: (namespace: string, status: unknown) => Promise<void>;
  readonly patch: (namespace: string, body: unknown) => Promise<void>;
  /** Flux lists these in its status, and nothing else. */
  readonly lists: (namespace: string, names: readonly string[]) => Promise<void>;
  /** A pass that read the Kustomization as it is now says so in its status, at its end. */
  readonly says: (namespace: string, ...conditions: readonly Conditions[]) => Promise<void>;
  /** The parent Kustomization applies what git has of this one. */
  readonly parentApplies: (namespace: string, spec: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Flux applies what git has of a workload. */
  readonly applies: (path: string, body: unknown) => Promise<void>;
}

const revision = 'main@sha1:1';
const kustomizationOf = (namespace: string) => ({ namespace, name: 'apps' });

export function fluxLabels(namespace: string): Readonly<Record<string, string>> {
  return { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': namespace };
}

export function flux(harness: () => Harness): Flux {
  const spec = { interval: '10m', prune: true, sourceRef: { kind: 'GitRepository', name: 'apps' } };

  async function apply(path: string, body: unknown): Promise<void> {
    const query = { fieldManager: 'kustomize-controller', force: true };
    await harness().http.request({ method: 'PATCH', path, query, contentType: 'application/apply-patch+yaml', body });
  }

  async function parentApplies(namespace: string, more: Readonly<Record<string, unknown>>): Promise<void> {
    await apply(kustomizationPath(kustomizationOf(namespace)), {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: kustomizationOf(namespace),
      spec: { ...spec, ...more },
    });
  }

  async function read(namespace: string) {
    const object = await harness().http.request({ path: kustomizationPath(kustomizationOf(namespace)) });
    const kustomization = readKustomization(object);
    if (kustomization === undefined) throw new Error('not readable');
    return { ...kustomization, object };
  }

  async function writeStatus(namespace: string, status: unknown): Promise<void> {
    await harness().http.request({
      method: 'PATCH',
      path: `${kustomizationPath(kustomizationOf(namespace))}/status`,
      query: { fieldManager: 'kustomize-controller' },
      contentType: 'application/merge-patch+json',
      body: { status },
    });
  }

  async function lists(namespace: string, names: readonly string[]): Promise<void> {
    const entries = names.flatMap((name) =>
      workloadKinds.map((kind) => ({ id: inventoryId({ namespace, kind, name }), v: 'v1' })),
    );
    await writeStatus(namespace, { inventory: { entries } });
  }

  async function staleSays(namespace: string, ...conditions: readonly Conditions[]): Promise<void> {
    const { generation } = await read(namespace);
    await writeStatus(namespace, {
      conditions: conditions.map((condition) => ({
        type: 'Ready',
        message: condition.reason,
        observedGeneration: generation,
        lastTransitionTime: '2026-11-23T00:00:00Z',
        ...condition,
      })),
    });
  }

  return {
    read,
    parentApplies,
    async make(namespace, more = {}, listed = ['web', 'staging', 'other']) {
      await parentApplies(namespace, more);
      await lists(namespace, listed);
    },
    lists,
    writeStatus,
    staleSays,
    async patch(namespace, body) {
      const path = kustomizationPath(kustomizationOf(namespace));
      const query = { fieldManager: 'somebody' };
      await harness().http.request({ method: 'PATCH', path, query, contentType: 'application/merge-patch+json', body });
    },
    async says(namespace, ...conditions) {
      const { annotations, generation } = await read(namespace);
      await staleSays(namespace, ...conditions);
      const isReady = conditions.some(({ type = 'Ready', status }) => type === 'Ready' && status === 'True');
      await writeStatus(namespace, {
        lastHandledReconcileAt: annotations?.['reconcile.fluxcd.io/requestedAt'],
        lastAttemptedRevision: revision,
        ...(isReady && { observedGeneration: generation, lastAppliedRevision: revision }),
      });
    },
    applies: apply,
  };
}

/** The texts of `spec.patches` that hold an image. */
export function heldBy({ patches }: Pick<Kustomization, 'patches'>): readonly string[] {
  return list(patches).flatMap((entry) => {
    const text = String(fields(entry).patch);
    return text.includes('@sha256:') ? [text] : [];
  });
}

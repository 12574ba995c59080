import type { WritePathName } from '@keelson/core';
import { writePathNames } from '@keelson/core';
import { describe, expect, it } from 'vitest';
import { fields } from '../../../src/fields.ts';
import type { FluxOwner, Workload, Writes } from '../../../src/index.ts';
import { createWrites, KubeError } from '../../../src/index.ts';
import { workloadPath } from '../../../src/objects/kinds.ts';
import { readWorkload } from '../../../src/objects/workload.ts';
import { ownerPath } from '../../../src/owner/flux-kinds.ts';
import { deployment, digest, firstImage } from '../../support/objects.ts';
import type { Harness } from '../harness.ts';
import type { Tenant } from '../tenant.ts';
import { openTenant } from '../tenant.ts';
import { flux, fluxLabels } from './flux.ts';
import { helm, helmLabels } from './helm.ts';
import { subject, toA } from './subject.ts';

type Texts = Readonly<Record<string, string>>;

/** What a tenant writes on a Deployment of its own. */
interface Forgery {
  readonly labels?: Texts;
  readonly annotations?: Texts;
  readonly ownerReferences?: readonly unknown[];
}

interface Victim {
  readonly namespace: string;
  readonly workload: Workload;
}

const hold = {
  'kustomize.toolkit.fluxcd.io/reconcile': 'disabled',
  'keelson.sh/flux-hold-until': '2099-01-01T00:00:00.000Z',
};
const tracking = 'argocd.argoproj.io/tracking-id';

const forgeries: readonly (readonly [string, (victim: Victim, tenant: string) => Forgery])[] = [
  ['the labels of its Kustomization', ({ namespace }) => ({ labels: fluxLabels(namespace) })],
  ['the labels of its HelmRelease', ({ namespace }) => ({ labels: helmLabels(namespace) })],
  [
    'the labels of both, and a hold on Flux',
    ({ namespace }) => ({ labels: { ...fluxLabels(namespace), ...helmLabels(namespace) }, annotations: hold }),
  ],
  [
    "everything that Keelson's own writes leave on a workload",
    ({ namespace, workload }) => ({
      labels: fluxLabels(namespace),
      annotations: { ...workload.annotations, 'keelson.sh/git-image.app': firstImage, 'keelson.sh/pins': '[]' },
    }),
  ],
  [
    'owner references to its Kustomization and its Deployment',
    ({ namespace, workload: { uid } }) => ({
      labels: fluxLabels(namespace),
      ownerReferences: [
        { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', name: 'apps', uid },
        { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid, controller: true },
      ],
    }),
  ],
  [
    "Argo CD's and Helm's marks beside its Kustomization",
    ({ namespace }, tenant) => ({
      labels: { ...fluxLabels(namespace), 'app.kubernetes.io/instance': 'shop' },
      annotations: {
        [tracking]: `Kustomization ${namespace}/apps:apps/Deployment:${tenant}/web`,
        'meta.helm.sh/release-name': 'shop',
        'meta.helm.sh/release-namespace': namespace,
      },
    }),
  ],
];

const running = { type: 'Reconciling', status: 'True', reason: 'Progressing' };

/** What somebody with all rights in one namespace writes there changes nothing in another one, whatever Keelson does for it. */
export function forgesOwners(harness: () => Harness): void {
  const { write, givenIn } = subject(harness);
  const kustomization = flux(harness);
  const release = helm(harness);

  async function pin(workload: Workload): Promise<void> {
    const path = await createWrites(harness().http).pathFor(workload, 'back');
    await write(path, workload, [{ ...toA, digest: digest('b') }]);
  }

  /**
   * A HelmRelease with an entry of Keelson's; and a Kustomization out of which Keelson has just taken one, waits for the proof of that, and would tidy up
   * what was left of older ones.
   */
  async function openVictim(): Promise<Victim> {
    const namespace = await harness().namespace();
    await kustomization.make(namespace, { targetNamespace: namespace });
    await release.make(namespace);
    await pin(await givenIn(namespace, 'Deployment', { labels: helmLabels(namespace) }, 'other'));
    const workload = await givenIn(namespace, 'Deployment', { labels: fluxLabels(namespace) });
    await pin(workload);
    const unpin = await createWrites(harness().http).pathFor(workload, 'forward', { written: 'flux-kustomization' });
    await write(unpin, workload, [{ ...toA, expected: `${firstImage}@${digest('b')}` }]);
    await kustomization.patch(namespace, { metadata: { annotations: { 'keelson.sh/pins': '[{"name":"old"}]' } } });
    return { namespace, workload };
  }

  const ownersOf = (namespace: string): readonly FluxOwner[] => [
    { type: 'flux-kustomization', namespace, name: 'apps' },
    { type: 'flux-helmrelease', namespace, name: 'shop' },
  ];

  const versionsOf = ({ namespace, workload }: Victim) =>
    Promise.all(
      [...ownersOf(namespace).map(ownerPath), workloadPath(workload)].map(async (path) => {
        const { metadata, spec } = fields(await harness().http.request({ path }));
        return [spec, fields(metadata).annotations];
      }),
    );

  async function make({ namespace, http }: Tenant, { ownerReferences, ...given }: Forgery): Promise<Workload> {
    const made = deployment('web', { replicas: 0, ...given });
    const body = { ...made, metadata: { ...made.metadata, ...(ownerReferences && { ownerReferences }) } };
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
    const workload = readWorkload('Deployment', await http.request({ method: 'POST', path, body }));
    if (workload === undefined) throw new Error('not readable');
    return workload;
  }

  /** Everything that Keelson ever writes for a workload, though a write may be refused. */
  async function doAll(writes: Writes, claimed: Workload, victims: string): Promise<void> {
    const attempt = async (work: () => Promise<unknown>) =>
      work().catch((error: unknown) => {
        if (!(error instanceof KubeError)) throw error;
      });
    const read = async () => readWorkload('Deployment', await harness().http.request({ path: workloadPath(claimed) }));
    const live = async () => (await read()) ?? claimed;
    const paths: readonly (WritePathName | undefined)[] = [undefined, ...writePathNames];
    for (const written of paths) {
      for (const direction of ['back', 'forward'] as const) {
        const options = { holdMs: 60_000, ...(written && { written }) };
        await attempt(async () => {
          const path = await writes.pathFor(await live(), direction, { ...options, fresh: written === undefined });
          await attempt(async () => path.write(await live(), [toA], { state: '{}' }));
          await attempt(async () => path.confirm?.(await live()));
        });
      }
    }
    await attempt(async () => writes.unpin(await live()));
    await attempt(async () => writes.removeAll(await live()));
    for (const owner of ownersOf(victims)) {
      for (const left of [true, false]) await attempt(() => writes.removeEntries(claimed, owner, { left }));
    }
  }

  describe('a tenant of another namespace', () => {
    it.each(forgeries)('with %s has nothing written outside its own (law 17)', async (_what, forge) => {
      const attacked = await openVictim();
      const tenant = await openTenant(harness());
      const workload = await make(tenant, forge(attacked, tenant.namespace));
      const writes = createWrites(harness().http);
      const before = await versionsOf(attacked);

      await doAll(writes, workload, attacked.namespace);
      // Whether it lists the workload is not known then.
      await kustomization.says(attacked.namespace, running);
      await doAll(createWrites(harness().http), workload, attacked.namespace);
      await tenant.http.request({ method: 'DELETE', path: workloadPath(workload), body: {} }).catch(() => undefined);
      await doAll(writes, workload, attacked.namespace);

      expect(await versionsOf(attacked)).toEqual(before);
    });
  });
}

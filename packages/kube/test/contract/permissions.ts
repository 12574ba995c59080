import { startFlux } from '@keelson/simulator';
import { fluxCrds } from '@keelson/testkit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { KubeHttp, KubeLog } from '../../src/index.ts';
import { createClusterReader, createClusterView, createWrites, pinOf } from '../../src/index.ts';
import { deployment, digest, firstImage } from '../support/objects.ts';
import { soon } from '../support/soon.ts';
import type { Harness } from './harness.ts';
import { may, signIn } from './sign-in.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const watch = ['list', 'watch'];

/** Kinds that a role may leave out: then nothing is known of them, and the rest goes on. */
const optional = {
  cronjobs: { apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['get', ...watch, 'patch'] },
  // Roles of older releases lack it.
  jobs: { apiGroups: ['batch'], resources: ['jobs'], verbs: watch },
} satisfies Readonly<Record<string, Rule>>;

/** What it needs besides to put an image back where Flux is. */
const besideFlux = [
  { apiGroups: ['kustomize.toolkit.fluxcd.io'], resources: ['kustomizations'], verbs: ['get', 'patch'] },
  {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'],
    verbs: ['get'],
  },
] as const satisfies readonly Rule[];

/** All else that Keelson needs where no Flux is: nothing here creates or updates, and only pods are deleted. */
const needed: readonly Rule[] = [
  { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['get', ...watch, 'patch'] },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: watch },
  { apiGroups: [''], resources: ['pods'], verbs: [...watch, 'delete'] },
  { apiGroups: [''], resources: ['pods/log', 'secrets', 'serviceaccounts'], verbs: ['get'] },
];

/** What Keelson may do with a role, on a cluster that enforces them; alone, since a Flux of its own runs meanwhile. */
export function permissions(harness: () => Harness, fluxMissing?: string): void {
  describe('permissions', { concurrent: false }, () => {
    function access() {
      const { access: found } = harness().cluster;
      if (found === undefined) throw new Error('a cluster that enforces roles has an administrator');
      return found;
    }

    async function post(path: string, body: unknown): Promise<unknown> {
      return harness().http.request({ method: 'POST', path, body });
    }

    /** Signed in as a service account that may do this and nothing else. */
    async function as(name: string, rules: readonly Rule[]): Promise<KubeHttp> {
      const rbac = '/apis/rbac.authorization.k8s.io/v1';
      await post(`${rbac}/clusterroles`, { metadata: { name }, rules });
      await post(`${rbac}/clusterrolebindings`, {
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
        subjects: [{ kind: 'ServiceAccount', namespace: 'default', name }],
      });
      const http = await signIn(harness().http, access(), { namespace: 'default', name });
      const [rule] = rules;
      const right = { group: rule?.apiGroups[0], resource: rule?.resources[0], verb: rule?.verbs[0] };
      await vi.waitUntil(() => may(http, right), soon);
      return http;
    }

    async function viewOf(http: KubeHttp) {
      const warnings: string[] = [];
      const log: KubeLog = { info: () => undefined, warn: ({ err }) => warnings.push(String(err)) };
      const view = createClusterView(http, { log });
      onTestFinished(() => view.stop());
      await view.start();
      return { view, warnings };
    }

    it('does all that Keelson does with the permissions listed here', async () => {
      await post('/apis/apps/v1/namespaces/default/deployments', deployment('web', { replicas: 0 }));
      const key = { namespace: 'default', kind: 'Deployment', name: 'web' } as const;
      const http = await as('enough', [...needed, ...Object.values(optional)]);
      const reader = createClusterReader(http);

      const { view, warnings } = await viewOf(http);
      const fresh = await reader.readWorkload(key);
      if (fresh === undefined) throw new Error('not there');
      const change = { container: 'app', expected: firstImage, digest: digest('a') };
      const writes = createWrites(http);
      await (await writes.pathFor(fresh, 'forward')).write(fresh, [change]);
      await writes.writeState(fresh, '{}');
      await writes.deletePod({ namespace: 'default', name: 'gone', uid: fresh.uid });

      expect(view.workload(key)?.name).toBe('web');
      expect(warnings).toEqual([]);
      const written = await reader.readWorkload(key);
      expect(written && pinOf(written, 'app')).toBe(digest('a'));
      expect(await reader.readPullSecret('default', 'none')).toBeUndefined();
      expect(await reader.readServiceAccountPullSecrets('default', 'default')).toEqual([]);
    });

    it.skipIf(fluxMissing !== undefined)(
      `rolls back beside Flux with the permissions listed here${fluxMissing ? ` (skipped: ${fluxMissing})` : ''}`,
      async () => {
        const flux = await startFlux(access(), { crds: fluxCrds() });
        onTestFinished(() => flux.stop());
        await flux.bootstrap('apps');
        const manifest = deployment('owned', { replicas: 0 });
        flux.commit('apps', { ...manifest, metadata: { ...manifest.metadata, namespace: 'default' } });
        await flux.reconcile('apps');
        const http = await as('beside-flux', [...needed, ...besideFlux]);
        const workload = async () => {
          const read = await createClusterReader(http).readWorkload({
            namespace: 'default',
            kind: 'Deployment',
            name: 'owned',
          });
          if (read === undefined) throw new Error('not there');
          return read;
        };
        const writes = createWrites(http);
        await writes.pinPolicy.refresh();
        const back = await writes.pathFor(await workload(), 'back');

        expect(back.name).toBe('flux-kustomization');
        const change = { container: 'app', expected: firstImage, digest: digest('a') };
        await back.write(await workload(), [change]);
        expect(pinOf(await workload(), 'app')).toBe(digest('a'));
        expect(await back.confirm?.(await workload())).toMatchObject({ outcome: expect.stringMatching(/ok|pending/) });
        await writes.removeAll(await workload());
      },
    );

    it.skipIf(fluxMissing !== undefined)(
      `warns before the first push where it may not patch the owner${fluxMissing ? ` (skipped: ${fluxMissing})` : ''}`,
      async () => {
        const flux = await startFlux(access(), { crds: fluxCrds() });
        onTestFinished(() => flux.stop());
        await flux.bootstrap('read-only');
        const manifest = deployment('read-only', { replicas: 0, pullPolicy: 'Always' });
        flux.commit('read-only', { ...manifest, metadata: { ...manifest.metadata, namespace: 'default' } });
        await flux.reconcile('read-only');
        const [ownerRule] = besideFlux;
        const http = await as('reads-owners', [...needed, { ...ownerRule, verbs: ['get'] }]);
        const key = { namespace: 'default', kind: 'Deployment', name: 'read-only' } as const;
        const workload = await createClusterReader(http).readWorkload(key);
        if (workload === undefined) throw new Error('not there');

        const writes = createWrites(http);
        const forward = await writes.pathFor(workload, 'forward');

        const [warning, ...more] = forward.warnings(workload);
        expect(more).toEqual([]);
        expect(warning?.code).toBe('may-be-reverted');
        expect(warning?.message).toContain('namespace flux-system, with the verbs get and patch on kustomizations');
        expect(warning?.message).toContain('makes Flux skip the workload');
        expect((await writes.pathFor(workload, 'back')).name).toBe('flux-hold');
      },
    );

    it.each([
      ['cronjobs', optional.jobs],
      ['jobs', optional.cronjobs],
    ])('works without the permission to read %s, and logs that once', async (kind, other) => {
      const { view, warnings } = await viewOf(await as(`no-${kind}`, [...needed, other]));

      expect(view.synced).toBe(true);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(`Grant the verb "list" on ${kind}.batch in the whole cluster`);
    });
  });
}

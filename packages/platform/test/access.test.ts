import { describe, expect, it } from 'vitest';
import type { FluxKustomization } from '../src/manifests/flux.ts';
import { asFluxBuilds, kustomizationsOf } from '../src/manifests/flux.ts';
import { kubectlMissing } from '../src/manifests/kubectl.ts';
import type { KubeObject } from '../src/manifests/object.ts';
import { rightsOf } from '../src/manifests/rights.ts';
import { templateOf } from '../src/manifests/workloads.ts';

const noKubectl = await kubectlMissing();
const worker = { namespace: 'keelson', name: 'keelson' };

/** What Keelson does to a workload that it follows, wherever that may be. `packages/e2e` proves that it is enough, and all used. */
const followed = {
  'apps/deployments': 'get list watch patch',
  'apps/statefulsets': 'get list watch patch',
  'apps/daemonsets': 'get list watch patch',
  'batch/cronjobs': 'get list watch patch',
  'apps/replicasets': 'list watch',
  'batch/jobs': 'list watch',
  '/pods': 'list watch delete',
  '/pods/log': 'get',
  '/serviceaccounts': 'get',
  'kustomize.toolkit.fluxcd.io/kustomizations': 'get',
  'helm.toolkit.fluxcd.io/helmreleases': 'get',
};

/** In either form. */
const common = {
  'flux-system kustomize.toolkit.fluxcd.io/kustomizations': 'get',
  'flux-system helm.toolkit.fluxcd.io/helmreleases': 'get',
  'flux-system kustomize.toolkit.fluxcd.io/kustomizations/guestbook': 'patch',
  'flux-system kustomize.toolkit.fluxcd.io/kustomizations/keelson': 'patch',
  'flux-system kustomize.toolkit.fluxcd.io/kustomizations/myapp': 'patch',
  '* admissionregistration.k8s.io/mutatingadmissionpolicies/keelson-pin': 'get',
  '* admissionregistration.k8s.io/mutatingadmissionpolicybindings/keelson-pin': 'get',
};

const within = (where: string) =>
  Object.fromEntries(Object.entries(followed).map(([resource, verbs]) => [`${where} ${resource}`, verbs]));

/** Everything of Keelson's in a cluster. */
async function keelsonIn(cluster: string, choices = false): Promise<KubeObject[]> {
  const ours = ({ spec }: FluxKustomization) => /^\.\/infrastructure\/(?:keelson|redis)/.test(spec.path);
  return (await Promise.all((await kustomizationsOf(cluster, choices)).filter(ours).map(asFluxBuilds))).flat();
}

describe.skipIf(noKubectl !== undefined)(
  `what Keelson may do in a cluster${noKubectl ? ` (${noKubectl})` : ''}`,
  () => {
    it('the role of Keelson grants the listed permissions and no more (law 3)', async () => {
      expect(rightsOf(worker, await keelsonIn('homelab'))).toEqual({ ...common, ...within('*') });
    });

    it('the roles of Keelson for some namespaces grant the listed permissions and no more (law 3)', async () => {
      expect(rightsOf(worker, await keelsonIn('offsite'))).toEqual({
        ...common,
        ...within('keelson'),
        ...within('myapp'),
        ...within('guestbook'),
      });
    });

    it.each(['homelab', 'offsite'])(
      'Keelson reads no Secret in %s, and where that is chosen the pull secrets that are named (law 17)',
      async (cluster) => {
        const secretsIn = async (choices: boolean) => {
          const rights = rightsOf(worker, await keelsonIn(cluster, choices));
          return Object.entries(rights).filter(([resource]) => resource.includes('secrets'));
        };

        expect(await secretsIn(false)).toEqual([]);
        expect(Object.fromEntries(await secretsIn(true))).toEqual({
          'guestbook /secrets/registry': 'get',
          'keelson /secrets/registry': 'get',
          'myapp /secrets/registry': 'get',
        });
      },
    );

    it('Keelson has permissions in the namespaces that its worker follows', async () => {
      const found = (await keelsonIn('offsite')).find(
        ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'keelson-worker',
      );

      const env = found && templateOf(found)?.spec.containers[0]?.env;
      const followed = env?.find(({ name }) => name === 'KEELSON_NAMESPACES')?.value?.split(',');
      const granted = Object.keys(rightsOf(worker, await keelsonIn('offsite')))
        .filter((key) => key.endsWith(' apps/deployments'))
        .map((key) => key.split(' ')[0]);
      expect(new Set(followed)).toEqual(new Set(granted));
    });

    it.each(['homelab', 'offsite'])('only the worker has permissions in %s', async (cluster) => {
      const templates = (await keelsonIn(cluster)).flatMap((each) => {
        const template = templateOf(each);
        return template ? [[each.metadata.name, template.spec] as const] : [];
      });

      const withToken = templates.filter(([, spec]) => spec.automountServiceAccountToken !== false);
      expect(withToken.map(([name, spec]) => [name, spec.serviceAccountName])).toEqual([['keelson-worker', 'keelson']]);
      expect(templates.map(([name]) => name).toSorted()).toEqual(['keelson-api', 'keelson-worker', 'redis']);
    });
  },
);

import { fluxCrdsMissing, realClusterMissing } from '@keelson/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiServer } from '../src/kube/api-server.ts';
import { podOf, startApiServer } from '../src/kube/api-server.ts';
import { clusters, documentsIn, textOf } from '../src/manifests/files.ts';
import { asFluxBuilds, filesOf, kustomizationsOf, withChoices } from '../src/manifests/flux.ts';
import { kubectlMissing, kustomize } from '../src/manifests/kubectl.ts';
import { wholeFolders } from '../src/manifests/kustomizations.ts';
import type { KubeObject } from '../src/manifests/object.ts';
import { object, subjectOf } from '../src/manifests/object.ts';
import { templateOf } from '../src/manifests/workloads.ts';

const missing = realClusterMissing() ?? fluxCrdsMissing() ?? (await kubectlMissing());
const built = missing === undefined ? await everythingBuilt() : [];
const namespaces = unique(built.flatMap(({ objects }) => objects.filter(({ kind }) => kind === 'Namespace')));
const workloads = unique(built.flatMap(({ objects }) => objects)).flatMap((each) => {
  const template = templateOf(each);
  return template ? [{ subject: subjectOf(each), each, template }] : [];
});
const taken = /(?:created|configured|unchanged|serverside-applied) \(server dry run\)$/;

/**
 * Each folder by itself, and each Kustomization that Flux builds of more than its folder, with and without the choices that are left in
 * comments.
 */
async function everythingBuilt(): Promise<{ name: string; objects: KubeObject[] }[]> {
  const ofFolders = wholeFolders.map(async (name) => ({ name, objects: await kustomize(name) }));
  const ofFlux = [false, true].flatMap((choices) =>
    clusters.map(async (cluster) => {
      const all = await kustomizationsOf(cluster, choices);
      return Promise.all(
        all
          .filter(({ spec }) => spec.components.length + spec.patches.length > 0)
          .map(async (each) => ({
            name: `${each.metadata.name} of ${cluster}${choices ? ', with its choices taken' : ''}`,
            objects: await asFluxBuilds(each),
          })),
      );
    }),
  );
  return [...(await Promise.all(ofFolders)), ...(await Promise.all(ofFlux)).flat()];
}

/** Each object once, as it is first. */
function unique(objects: readonly KubeObject[]): readonly KubeObject[] {
  return objects.filter((one, index) => objects.findIndex((other) => subjectOf(other) === subjectOf(one)) === index);
}

describe.skipIf(missing !== undefined)(
  `a real API server${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let server: ApiServer;

    beforeAll(async () => {
      server = await startApiServer();
      await server.apply(namespaces);
      const accounts = unique(built.flatMap(({ objects }) => objects)).filter(({ kind }) => kind === 'ServiceAccount');
      await server.apply(accounts);
    });
    afterAll(() => server.stop());

    it.each(built)('a real API server accepts $name and knows each of its fields', async ({ objects }) => {
      const answer = await server.apply(objects, true);

      const lines = answer.trim().split('\n');
      expect(lines).toHaveLength(objects.length);
      expect(lines.filter((line) => !taken.test(line))).toEqual([]);
    });

    it.each(clusters.flatMap((cluster) => filesOf(cluster)))(
      'a real API server accepts %s, as it is and with its optional blocks uncommented',
      async (file) => {
        const text = await textOf(file);

        for (const each of [text, withChoices(text)]) {
          const objects = documentsIn(each, file).map((one) => object.parse(one));
          expect((await server.apply(objects, true)).trim().split('\n')).toHaveLength(objects.length);
        }
      },
    );

    it.each(['keda.sh/v1alpha1 ScaledObject', 'apps/v1 Deployment', 'kustomize.toolkit.fluxcd.io/v1 Kustomization'])(
      'a real API server refuses a field that %s does not have',
      async (type) => {
        const [apiVersion, kind] = type.split(' ');
        const objects = [...built.flatMap((each) => each.objects), ...(await allFlux())];
        const found = objects.find((each) => each.apiVersion === apiVersion && each.kind === kind);
        const misspelt = { ...found, spec: { ...Object(found?.['spec']), replica: 2 } };

        await expect(server.apply([misspelt], true)).rejects.toThrow('unknown field "spec.replica"');
      },
    );

    it('every namespace with workloads enforces Pod Security "restricted"', () => {
      const restricted = namespaces
        .filter(({ metadata }) => metadata.labels['pod-security.kubernetes.io/enforce'] === 'restricted')
        .map(({ metadata }) => metadata.name);

      expect(workloads.map(({ each }) => each.metadata.namespace)).not.toEqual([]);
      expect(restricted).toEqual(expect.arrayContaining(workloads.map(({ each }) => each.metadata.namespace)));
    });

    it.each(workloads)('Pod Security accepts the pods of $subject', async ({ each, template }) => {
      const answer = await server.apply([podOf(each, template)], true);

      expect(answer.trim()).toBe(`pod/${each.metadata.name}-probe created (server dry run)`);
    });

    it.each([...new Set(workloads.map(({ each }) => each.metadata.namespace))])(
      'Pod Security refuses a pod in namespace %s that may run as root',
      async (namespace) => {
        const pod = {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: 'root', namespace },
          spec: { containers: [{ name: 'root', image: 'example.com/root', securityContext: { privileged: true } }] },
        };

        await expect(server.apply([pod], true)).rejects.toThrow('violates PodSecurity "restricted:latest"');
      },
    );
  },
);

async function allFlux(): Promise<KubeObject[]> {
  const texts = await Promise.all(clusters.flatMap((cluster) => filesOf(cluster)).map(textOf));
  return texts.flatMap((text) => documentsIn(text, 'clusters')).map((each) => object.parse(each));
}

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
  return template ? [{ each, template }] : [];
});
const pods = workloads.map(({ each, template }) => podOf(each, template));
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
    /** What kubectl says of each object of `built`, by one call: a call reads all that the server knows about its types. */
    let answers: readonly string[];

    beforeAll(async () => {
      server = await startApiServer();
      await server.apply(namespaces);
      const accounts = unique(built.flatMap(({ objects }) => objects)).filter(({ kind }) => kind === 'ServiceAccount');
      await server.apply(accounts);
      answers = await linesOf(built.flatMap(({ objects }) => objects));
    });
    afterAll(() => server.stop());

    /** A line for each object, asked for without making it. Rejects when the server refuses one. */
    async function linesOf(objects: readonly object[]): Promise<readonly string[]> {
      return (await server.apply(objects, true)).trim().split('\n');
    }

    it('the component keelson-pin-v1beta1 makes the whole admission policy a v1beta1 one', async () => {
      const spec = { path: './infrastructure/keelson-pin', components: ['../keelson-pin-v1beta1'], patches: [] };
      const objects = await asFluxBuilds({ spec: { ...spec } });

      expect(objects.map(({ kind, apiVersion }) => `${kind} ${apiVersion}`)).toEqual([
        'MutatingAdmissionPolicy admissionregistration.k8s.io/v1beta1',
        'MutatingAdmissionPolicyBinding admissionregistration.k8s.io/v1beta1',
      ]);
    });

    it.each(built)('a real API server accepts $name and knows each of its fields', ({ name, objects }) => {
      const before = built.slice(
        0,
        built.findIndex((each) => each.name === name),
      );
      const start = before.flatMap((each) => each.objects).length;

      const lines = answers.slice(start, start + objects.length);

      expect(lines).toHaveLength(objects.length);
      expect(lines.filter((line) => !taken.test(line))).toEqual([]);
    });

    it.each(clusters.flatMap((cluster) => filesOf(cluster)))(
      'a real API server accepts %s, as it is and with its optional blocks uncommented',
      async (file) => {
        const text = await textOf(file);

        const objects = [text, withChoices(text)].flatMap((each) => documentsIn(each, file));

        expect(await linesOf(objects.map((each) => object.parse(each)))).toHaveLength(objects.length);
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

    it('Pod Security accepts the pods of every workload', async () => {
      expect(await linesOf(pods)).toEqual(pods.map(({ metadata }) => `pod/${metadata.name} created (server dry run)`));
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

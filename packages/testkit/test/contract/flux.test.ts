import type { Flux, KubeManifest } from '@keelson/simulator';
import { startFlux } from '@keelson/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fluxCrds, fluxCrdsMissing } from '../../src/index.ts';
import { onBothClusters } from './both-clusters.ts';
import { fluxPasses } from './flux-passes.ts';

const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';
const apply = 'application/apply-patch+yaml';
const good = `sha256:${'ab'.repeat(32)}`;
const mine = 'keelson.sh/restartedAt';
const restarted = 'kubectl.kubernetes.io/restartedAt';

const deploymentSchema = z.looseObject({
  metadata: z.looseObject({
    generation: z.number(),
    annotations: z.record(z.string(), z.string()).default({}),
    labels: z.record(z.string(), z.string()).default({}),
    managedFields: z.array(z.looseObject({ manager: z.string(), operation: z.string() })),
  }),
  spec: z.looseObject({
    replicas: z.number(),
    template: z.looseObject({
      metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).default({}) }),
      spec: z.looseObject({ containers: z.array(z.looseObject({ name: z.string(), image: z.string() })) }),
    }),
  }),
});
const kustomizationSchema = z.looseObject({
  metadata: z.looseObject({ generation: z.number() }),
  status: z.looseObject({
    observedGeneration: z.number(),
    lastAppliedRevision: z.string().optional(),
    conditions: z.array(
      z.looseObject({ type: z.string(), status: z.string(), reason: z.string(), message: z.string() }),
    ),
  }),
});

onBothClusters(
  'Flux',
  (env) => {
    let flux: Flux | undefined;
    let namespace = '';
    beforeAll(async () => {
      flux = await startFlux(env.access, { crds: fluxCrds() });
    });
    afterAll(() => flux?.stop());

    const git = (image: string, name = 'myapp', more: Record<string, unknown> = {}): KubeManifest => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: { containers: [{ name: 'app', image }], ...more },
        },
      },
    });
    const web = (image = 'reg/ops/myapp:latest') => git(image);
    const specOf = ({ spec }: KubeManifest) => z.record(z.string(), z.unknown()).parse(spec);
    const staging = () => git('reg/ops/myapp:dev-staging', 'myapp-staging');
    const path = (name = 'myapp') => `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
    const live = async (name = 'myapp') => deploymentSchema.parse(await env.api.do('GET', path(name)));
    const imagesOf = async (name = 'myapp') =>
      (await live(name)).spec.template.spec.containers.map(({ image }) => image);
    /** One Kustomization a test, named after its namespace. */
    const kustomization = () =>
      `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/${namespace}`;
    const setSpec = (spec: Record<string, unknown>) =>
      env.api.do('PATCH', `${kustomization()}?fieldManager=keelson`, { spec }, merge);
    const templated = (annotations: Record<string, string>) => ({ spec: { template: { metadata: { annotations } } } });
    const start = async (...manifests: KubeManifest[]) => {
      flux?.commit(namespace, manifests);
      await flux?.reconcile(namespace);
    };
    const commit = (...manifests: KubeManifest[]) => flux?.commit(namespace, manifests);
    /** What one pass did with `myapp`. */
    const reconciled = async (name = 'myapp') => {
      const [done] = (await flux?.reconcile(namespace)) ?? [];
      return done?.objects[`Deployment/${namespace}/${name}`];
    };
    const outcome = async () => (await flux?.reconcile(namespace))?.[0];
    const readyOf = async () => {
      const { metadata, status } = kustomizationSchema.parse(await env.api.do('GET', kustomization()));
      const ready = status.conditions.find(({ type }) => type === 'Ready');
      if (ready?.status === 'True') expect(status.observedGeneration).toBe(metadata.generation);
      return ready;
    };

    beforeEach(async () => {
      namespace = await env.namespace();
      await flux?.bootstrap(namespace);
    });

    it('Flux creates the objects in git, labels them, and writes nothing from then on', async () => {
      commit(web(), staging());

      expect((await outcome())?.objects).toEqual({
        [`Deployment/${namespace}/myapp`]: 'created',
        [`Deployment/${namespace}/myapp-staging`]: 'created',
      });
      for (let pass = 0; pass < 3; pass += 1) expect(await reconciled()).toBe('unchanged');
      const { metadata } = await live();
      expect(metadata.generation).toBe(1);
      expect(metadata.labels).toMatchObject({
        'kustomize.toolkit.fluxcd.io/name': namespace,
        'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
      });
      expect(
        metadata.managedFields.some(
          ({ manager, operation }) => manager === 'kustomize-controller' && operation === 'Apply',
        ),
      ).toBe(true);
      expect(await readyOf()).toMatchObject({ status: 'True', reason: 'ReconciliationSucceeded' });
    });

    it('Flux applies a change in git, and prunes objects that are no longer in git', async () => {
      await start(web(), staging());
      commit(web('reg/ops/myapp:v2'));

      expect((await outcome())?.objects).toEqual({
        [`Deployment/${namespace}/myapp`]: 'configured',
        [`Deployment/${namespace}/myapp-staging`]: 'deleted',
      });
      expect(await imagesOf()).toEqual(['reg/ops/myapp:v2']);
      expect((await env.api.request('GET', path('myapp-staging'))).status).toBe(404);
    });

    fluxPasses({
      flux: () => {
        if (flux === undefined) throw new Error('Flux did not start');
        return flux;
      },
      name: () => namespace,
      start: () => start(web()),
      setSpec,
      write: (image) =>
        env.api.do(
          'PATCH',
          `${path()}?fieldManager=keelson`,
          { spec: { template: { spec: { containers: [{ name: 'app', image }] } } } },
          strategic,
        ),
      request: (value) =>
        env.api.do(
          'PATCH',
          `${kustomization()}?fieldManager=keelson`,
          { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': value } } },
          merge,
        ),
      image: async () => (await imagesOf())[0],
      read: () => env.api.do('GET', kustomization()),
      restart: async (options, spec = {}) => {
        const other = await startFlux(env.access, options);
        const deployment = web();
        other.commit(namespace, { ...deployment, spec: { ...specOf(deployment), ...spec } });
        return other;
      },
    });

    describe('experiment 1: an annotation of the pod template', () => {
      it.each([
        ['server-side apply', 'keelson', apply],
        ['a merge patch', 'keelson', merge],
        ['a merge patch of any other name', 'good-name', merge],
      ])('a template annotation by %s as %s survives three passes', async (_what, manager, type) => {
        await start(web());
        const identity = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'myapp', namespace } };
        const force = type === apply ? '&force=true' : '';
        const sent = { ...identity, ...templated({ [mine]: '1' }) };
        await env.api.do('PATCH', `${path()}?fieldManager=${manager}${force}`, sent, type);

        for (let pass = 0; pass < 3; pass += 1) expect(await reconciled()).toBe('unchanged');

        const { metadata, spec } = await live();
        expect(metadata.generation).toBe(2);
        expect(spec.template.metadata.annotations).toEqual({ [mine]: '1' });
      });

      it('a template annotation survives a change in git to the same object', async () => {
        await start(web());
        await env.api.do('PATCH', `${path()}?fieldManager=keelson`, templated({ [mine]: '1' }), merge);
        commit(web('reg/ops/myapp:v2'));

        expect(await reconciled()).toBe('configured');

        expect((await live()).spec.template.metadata.annotations).toEqual({ [mine]: '1' });
      });

      it.each(['kubectl-rollout', 'kubectl', 'before-first-apply-x', 'kustomize-controller'])(
        'a template annotation of the manager %s is removed by the next pass',
        async (manager) => {
          await start(web());
          await env.api.do('PATCH', `${path()}?fieldManager=${manager}`, templated({ [restarted]: '1' }), merge);

          expect(await reconciled()).toBe('configured');

          const { metadata, spec } = await live();
          expect(spec.template.metadata.annotations).toEqual({});
          expect(metadata.generation).toBe(3);
          expect(await reconciled()).toBe('unchanged');
        },
      );

      it('a template annotation of a manager that Flux overrides is removed', async () => {
        const strict = await startFlux(env.access, { override: ['keelson'] });
        strict.commit(namespace, [web()]);
        await strict.reconcile();
        await env.api.do('PATCH', `${path()}?fieldManager=keelson`, templated({ [mine]: '1' }), merge);

        await strict.reconcile();

        await strict.stop();
        expect((await live()).spec.template.metadata.annotations).toEqual({});
      });
    });

    describe('experiment 14a: kubectl rollout undo', () => {
      it('kubectl rollout undo restores an old value that Flux then removes', async () => {
        await start(web());
        const applied = (value: string) => ({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'myapp', namespace },
          ...templated({ [mine]: value }),
        });
        for (const value of ['old', 'new']) {
          await env.api.do('PATCH', `${path()}?fieldManager=keelson&force=true`, applied(value), apply);
        }
        const undo = [{ op: 'replace', path: '/spec/template/metadata/annotations', value: { [mine]: 'old' } }];
        await env.api.do('PATCH', `${path()}?fieldManager=kubectl-rollout`, undo, 'application/json-patch+json');

        expect(await reconciled()).toBe('configured');
        expect((await live()).spec.template.metadata.annotations).toEqual({});
      });

      it('a value that is applied again after kubectl rollout undo survives (14b)', async () => {
        await start(web());
        const sent = {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'myapp', namespace },
          ...templated({ [mine]: 'old' }),
        };
        await env.api.do('PATCH', `${path()}?fieldManager=kubectl-rollout`, templated({ [mine]: 'old' }), merge);
        await env.api.do('PATCH', `${path()}?fieldManager=keelson&force=true`, sent, apply);

        await reconciled();

        expect((await live()).spec.template.metadata.annotations).toEqual({ [mine]: 'old' });
      });
    });

    describe('experiment 2: an image that is pinned on the Deployment', () => {
      const pin = {
        spec: { template: { spec: { containers: [{ name: 'app', image: `reg/ops/myapp:latest@${good}` }] } } },
      };

      it.each(['keelson', 'kubectl-edit'])(
        'an image pinned on the Deployment by %s is reverted by the next pass',
        async (manager) => {
          await start(web());
          await env.api.do('PATCH', `${path()}?fieldManager=${manager}`, pin, strategic);

          expect(await reconciled()).toBe('configured');

          expect(await imagesOf()).toEqual(['reg/ops/myapp:latest']);
          expect((await live()).metadata.generation).toBe(3);
        },
      );

      it.each([
        ['reconcile', 'disabled'],
        ['ssa', 'Ignore'],
      ])(
        'a pinned image stays while the Deployment says %s: %s, and nothing else is applied either',
        async (key, value) => {
          await start(web());
          const annotations = { [`kustomize.toolkit.fluxcd.io/${key}`]: value };
          await env.api.do('PATCH', `${path()}?fieldManager=keelson`, { metadata: { annotations }, ...pin }, strategic);
          commit(web('reg/ops/myapp:v2'));

          expect(await reconciled()).toBe('skipped');

          expect(await imagesOf()).toEqual([`reg/ops/myapp:latest@${good}`]);
        },
      );

      it('a pinned image stays where the Kustomization ignores its path (5)', async () => {
        await start(web());
        const paths = ['/spec/template/spec/containers/0/image'];
        await setSpec({ ignore: [{ paths, target: { kind: 'Deployment', name: 'myapp' } }] });
        await env.api.do('PATCH', `${path()}?fieldManager=keelson`, pin, strategic);

        await reconciled();

        expect(await imagesOf()).toEqual([`reg/ops/myapp:latest@${good}`]);
      });
    });

    describe('experiment 4: an entry of spec.images', () => {
      it.each([
        ['newTag and digest', { name: 'reg/ops/myapp:latest', newTag: 'latest', digest: good }],
        ['newName and digest', { name: 'reg/ops/myapp:latest', newName: 'reg/ops/myapp:latest', digest: good }],
      ])('an entry of spec.images with the tag in its name and %s changes that tag only (4b)', async (_what, entry) => {
        await start(web(), staging(), git('reg/ops/myapp:latest-alpine', 'alpine'));

        await setSpec({ images: [entry] });
        expect(await reconciled()).toBe('configured');

        expect(await imagesOf()).toEqual([`reg/ops/myapp:latest@${good}`]);
        expect(await imagesOf('myapp-staging')).toEqual(['reg/ops/myapp:dev-staging']);
        expect(await imagesOf('alpine')).toEqual(['reg/ops/myapp:latest-alpine']);
        for (let pass = 0; pass < 3; pass += 1) expect(await reconciled()).toBe('unchanged');

        commit(web('reg/ops/myapp:v2'));
        await reconciled();
        expect(await imagesOf()).toEqual(['reg/ops/myapp:v2']);

        await setSpec({ images: [] });
        commit(web());
        await reconciled();
        expect(await imagesOf()).toEqual(['reg/ops/myapp:latest']);
      });

      it('an entry of spec.images with the bare name changes every tag (4a)', async () => {
        await start(web(), staging());

        await setSpec({ images: [{ name: 'reg/ops/myapp', digest: good }] });
        await reconciled();

        expect(await imagesOf()).toEqual([`reg/ops/myapp@${good}`]);
        expect(await imagesOf('myapp-staging')).toEqual([`reg/ops/myapp@${good}`]);
      });
    });

    describe('experiment 3: an entry of spec.patches', () => {
      const target = () => ({ group: 'apps', kind: 'Deployment', name: '^myapp$', namespace: `^${namespace}$` });
      const identity = (name = 'myapp') => `# keelson.sh/pin: Deployment/x/myapp app
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
`;
      const pin = (container: string) =>
        `${identity()}spec: {template: {spec: {containers: [{name: ${container}, image: "reg/ops/myapp:latest@${good}"}]}}}\n`;

      it('an entry of spec.patches pins one container, and copies the image in git to an annotation', async () => {
        await start(web(), staging());
        const copy =
          '- {op: copy, from: /spec/template/spec/containers/0/image, path: /metadata/annotations/git-image}';
        const annotation = identity().replace('metadata: {', 'metadata: {annotations: {git-image: unknown}, ');
        await setSpec({
          patches: [annotation, copy, pin('app')].map((patch) => ({ target: target(), patch })),
        });

        await reconciled();
        expect(await imagesOf()).toEqual([`reg/ops/myapp:latest@${good}`]);
        expect(await imagesOf('myapp-staging')).toEqual(['reg/ops/myapp:dev-staging']);

        commit(web('reg/ops/myapp:v2'), staging());
        await reconciled();
        expect((await live()).metadata.annotations).toMatchObject({ 'git-image': 'reg/ops/myapp:v2' });
        expect(await imagesOf()).toEqual([`reg/ops/myapp:latest@${good}`]);
      });

      it('an entry of spec.patches whose target matches nothing is skipped (3g)', async () => {
        await start(web());
        await setSpec({ patches: [{ target: { ...target(), name: '^myap$' }, patch: pin('app') }] });

        expect((await outcome())?.reason).toBe('ReconciliationSucceeded');
        expect(await imagesOf()).toEqual(['reg/ops/myapp:latest']);
      });

      it('an entry of spec.patches for a container that is not in git adds it (3g)', async () => {
        await start(web());
        await setSpec({ patches: [{ target: target(), patch: pin('other') }] });

        await reconciled();

        expect((await imagesOf()).toSorted()).toEqual(['reg/ops/myapp:latest', `reg/ops/myapp:latest@${good}`]);
      });

      it.each([
        ['without a target fits nothing', () => ({ patch: identity('nobody') })],
        ['tests for what is not so', () => ({ target: target(), patch: '- {op: test, path: /kind, value: Pod}' })],
        [
          'copies from beyond the end',
          () => ({
            target: target(),
            patch: '- {op: copy, from: /spec/template/spec/containers/1/image, path: /metadata/labels/a}',
          }),
        ],
        ['is no YAML', () => ({ target: target(), patch: '{' })],
      ])('an entry of spec.patches that %s fails the build, and Ready says so (3g)', async (_what, patch) => {
        await start(web());
        await setSpec({ patches: [patch()] });
        commit(web('reg/ops/myapp:v2'));

        expect(await outcome()).toMatchObject({ reason: 'BuildFailed', objects: {} });

        expect(await readyOf()).toMatchObject({ status: 'False', reason: 'BuildFailed' });
        expect(await imagesOf()).toEqual(['reg/ops/myapp:latest']);
        await setSpec({ patches: [] });
        expect(await reconciled()).toBe('configured');
        expect(await readyOf()).toMatchObject({ status: 'True' });
      });
    });

    it('a suspended Kustomization applies nothing', async () => {
      await start(web());
      await setSpec({ suspend: true });
      commit(web('reg/ops/myapp:v2'));

      expect(await outcome()).toMatchObject({ reason: 'Suspended', objects: {} });
      expect(await imagesOf()).toEqual(['reg/ops/myapp:latest']);
    });

    it('Flux writes nothing of a commit that the API server refuses in part', async () => {
      await start(web(), staging());
      commit(web('reg/ops/myapp:v2'), git('', 'myapp-staging'));

      expect(await outcome()).toMatchObject({ reason: 'ReconciliationFailed', objects: {} });

      expect(await readyOf()).toMatchObject({ status: 'False', reason: 'ReconciliationFailed' });
      expect(await imagesOf()).toEqual(['reg/ops/myapp:latest']);
    });

    it('Flux applies Kustomizations from git, and keeps fields of other managers in them (3a)', async () => {
      await start(web());
      const child = {
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        metadata: { name: namespace, namespace: 'flux-system' },
        spec: { interval: '30s', path: './', prune: true, sourceRef: { kind: 'GitRepository', name: 'flux-system' } },
      };
      await flux?.bootstrap(`${namespace}-parent`);
      flux?.commit(`${namespace}-parent`, [child]);
      const key = `Kustomization/flux-system/${namespace}`;
      expect((await flux?.reconcile(`${namespace}-parent`))?.[0]?.objects[key]).toBe('configured');
      await setSpec({ images: [{ name: 'reg/ops/myapp:latest', newTag: 'latest', digest: good }] });

      expect((await flux?.reconcile(`${namespace}-parent`))?.[0]?.objects[key]).toBe('unchanged');

      await reconciled();
      expect(await imagesOf()).toEqual([`reg/ops/myapp:latest@${good}`]);
    });
  },
  { missing: fluxCrdsMissing() },
);

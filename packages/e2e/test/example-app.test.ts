import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { historyFromApi } from '../src/api-history.ts';
import { fluxLabels } from '../src/manifests.ts';
import { onClustersInTurn } from '../src/on-clusters.ts';
import type { Place } from '../src/start-keelson.ts';
import { startKeelson } from '../src/start-keelson.ts';
import type { TestNamespace } from '../src/test-namespace.ts';
import { waitUntil } from '../src/wait-until.ts';

const manifest = z.looseObject({
  kind: z.enum(['Namespace', 'Deployment']),
  metadata: z.looseObject({ name: z.string() }),
});
type Manifest = z.output<typeof manifest>;

/** The namespace, or the Deployment of one of the example app's files, without what else is in that file. */
async function load(file: 'namespace' | 'production' | 'staging'): Promise<Manifest> {
  const path = new URL(`../../../apps/myapp/${file}.yaml`, import.meta.url);
  const [first] = parseAllDocuments(await readFile(path, 'utf8'));
  return manifest.parse(first?.toJS());
}

const namespace = 'myapp';
const names = ['myapp', 'myapp-staging'] as const;
const pathOf = (kind: Manifest['kind'], name: string) =>
  kind === 'Namespace' ? `/api/v1/namespaces/${name}` : `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;

onClustersInTurn(
  "the example app's two Deployments, with the registry's notifications",
  (it, cluster) => {
    /** Server-side apply by force, as kustomize-controller and `kubectl apply --server-side --force-conflicts` do it. */
    const apply = ({ env }: TestNamespace, { kind, ...rest }: Manifest, fieldManager: string) =>
      env.kube.request({
        method: 'PATCH',
        path: pathOf(kind, rest.metadata.name),
        query: { fieldManager, force: true },
        contentType: 'application/apply-patch+yaml',
        body: { kind, ...rest },
      });

    /** Pushes the first images and makes the namespace, which is empty again when the test ends. */
    async function prepare(ns: TestNamespace): Promise<Pushed> {
      ns.onClose(async () => {
        for (const name of names) await ns.remove(name);
        await waitUntil('both Deployments are gone', async () => {
          const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
          return list.parse(await ns.env.kube.request({ path })).items.length === 0;
        });
      });
      const first = { latest: await ns.push('latest'), staging: await ns.push('dev-staging') };
      await apply(ns, await load('namespace'), 'kubectl');
      return first;
    }

    /** Starts a worker and the API, and waits until both Deployments run their first image and were checked. Returns the API's URL. */
    async function begin(ns: TestNamespace, place: Place): Promise<string> {
      await Promise.all(names.map(ns.available));
      const api = await startKeelson(ns, place);
      ns.onClose(ns.env.notifications.forwardTo(`${api.url}/webhooks/registry`));
      await ns.checked(...names);
      return api.url;
    }

    const revisionsOf = (ns: TestNamespace) => Promise.all(names.map((name) => ns.revisions(name)));

    it('a push to the example app is rolled out in the Deployment of its tag alone, and the API lists the history of each', async ({
      ns,
    }) => {
      const first = await prepare(ns);
      await apply(ns, await load('production'), 'kubectl');
      await apply(ns, await load('staging'), 'kubectl');
      const api = await begin(ns, cluster === 'real' ? 'apart' : 'here');

      const staging = await ns.push('dev-staging');
      await ns.rolledOut('myapp-staging', staging);
      await ns.checkedAgain('myapp');
      expect(await ns.rollouts('myapp')).toEqual([]);
      expect(await revisionsOf(ns)).toEqual([1, 2]);

      const latest = await ns.push('latest');
      await ns.rolledOut('myapp', latest);
      await ns.checkedAgain('myapp-staging');
      expect(await ns.rollouts('myapp-staging')).toHaveLength(1);
      expect(await revisionsOf(ns)).toEqual([2, 2]);

      const both = { latest: await ns.push('latest'), staging: await ns.push('dev-staging') };
      await Promise.all([ns.rolledOut('myapp', both.latest), ns.rolledOut('myapp-staging', both.staging)]);
      expect(await revisionsOf(ns)).toEqual([3, 3]);

      const listed = await Promise.all(names.map((name) => historyFromApi(api, namespace, name)));
      expect(listed).toMatchObject([
        [
          { state: 'succeeded', from: latest, to: both.latest },
          { state: 'succeeded', from: first.latest, to: latest },
        ],
        [
          { state: 'succeeded', from: staging, to: both.staging },
          { state: 'succeeded', from: first.staging, to: staging },
        ],
      ]);
      // A tick of the minute's schedule may come before one notification, not before all four.
      expect(listed.flat().map(({ trigger }) => trigger)).toContain('webhook');
    });

    it('the example app keeps what was rolled out when Flux applies its manifests again, and Keelson writes no more (law 9)', async ({
      ns,
    }) => {
      await prepare(ns);
      const files = [await load('production'), await load('staging')];
      const reconcile = async () => {
        for (const { metadata, ...rest } of files) {
          await apply(ns, { ...rest, metadata: { ...metadata, labels: fluxLabels } }, 'kustomize-controller');
        }
      };
      await reconcile();
      await begin(ns, 'here');
      const pushed = [await ns.push('latest'), await ns.push('dev-staging')] as const;
      await Promise.all([ns.rolledOut('myapp', pushed[0]), ns.rolledOut('myapp-staging', pushed[1])]);
      const tags = ['latest', 'dev-staging'];
      const written = tags.map((tag, index) => ({
        image: ns.image(tag),
        ours: `${ns.image(tag)}@${pushed[index]}`,
        revisions: 2,
      }));
      const found = () =>
        Promise.all(
          names.map(async (name) => {
            const { spec } = await ns.read(name);
            const { annotations } = spec.template.metadata;
            return {
              image: spec.template.spec.containers[0]?.image,
              ours: annotations?.['digest.keelson.sh/myapp'],
              revisions: await ns.revisions(name),
            };
          }),
        );
      expect(await found()).toEqual(written);

      for (const _ of [1, 2, 3]) {
        await reconcile();
        await Promise.all(names.map((name) => ns.checkedAgain(name)));
        expect(await found()).toEqual(written);
      }
      expect((await Promise.all(names.map((name) => ns.rollouts(name)))).map(({ length }) => length)).toEqual([1, 1]);

      await ns.rolledOut('myapp', await ns.push('latest'));
      expect(await revisionsOf(ns)).toEqual([3, 2]);
    });
  },
  { namespace, repository: 'cmunroe/ops/myapp' },
);

const list = z.object({ items: z.array(z.unknown()) });

interface Pushed {
  readonly latest: string;
  readonly staging: string;
}

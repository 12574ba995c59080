import { readFile } from 'node:fs/promises';
import { freePort } from '@keelson/process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { flux } from '../src/manifests.ts';
import { onStages } from '../src/on-stages.ts';
import type { Process } from '../src/processes.ts';
import { createProcesses } from '../src/processes.ts';
import { toldHistory } from '../src/told-history.ts';
import { until } from '../src/until.ts';

const manifest = z.looseObject({
  kind: z.enum(['Namespace', 'Deployment']),
  metadata: z.looseObject({ name: z.string() }),
});
type Manifest = z.output<typeof manifest>;

/** The namespace, or the Deployment of one of the post's files, as it is: what stands beside it there is not what the post is about. */
async function load(file: 'namespace' | 'production' | 'staging'): Promise<Manifest> {
  const path = new URL(`../../../apps/myapp/${file}.yaml`, import.meta.url);
  const [first] = parseAllDocuments(await readFile(path, 'utf8'));
  return manifest.parse(first?.toJS());
}

const namespace = 'myapp';
const names = ['myapp', 'myapp-staging'] as const;
const pathOf = (kind: Manifest['kind'], name: string) =>
  kind === 'Namespace' ? `/api/v1/namespaces/${name}` : `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;

const apiPort = await freePort();
const notify = [{ url: `http://127.0.0.1:${apiPort}/webhooks/registry` }];

onStages(
  "the post's two Deployments, with the registry's notifications",
  (play) => {
    const processes = createProcesses();
    let api: Process;
    let first: Pushed;

    beforeEach(async () => {
      first = { latest: await play.scene.push('latest'), staging: await play.scene.push('dev-staging') };
      await apply(await load('namespace'), 'kubectl');
    });
    afterEach(async () => {
      await processes.stop();
      for (const name of names) {
        const path = pathOf('Deployment', name);
        await play.stage.kube.request({ method: 'DELETE', path, body: { propagationPolicy: 'Foreground' } });
      }
      await until('nothing is left of it', async () => {
        const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
        return list.parse(await play.stage.kube.request({ path })).items.length === 0;
      });
    });

    /** Server-side apply by force, as kustomize-controller and `kubectl apply --server-side --force-conflicts` do it. */
    const apply = ({ kind, ...rest }: Manifest, fieldManager: string) =>
      play.stage.kube.request({
        method: 'PATCH',
        path: pathOf(kind, rest.metadata.name),
        query: { fieldManager, force: true },
        contentType: 'application/apply-patch+yaml',
        body: { kind, ...rest },
      });

    /** A worker and the API, once both Deployments run their first image and were looked at. */
    async function begin(): Promise<void> {
      const { scene } = play;
      await Promise.all(names.map(scene.settled));
      api = await processes.api(scene, { KEELSON_LISTEN: `127.0.0.1:${apiPort}` });
      await processes.worker(scene);
      await scene.watched(...names);
    }

    const revisions = () => Promise.all(names.map((name) => play.scene.revisions(name)));

    it('rolls out a push in the Deployment of its tag alone, and the API tells the history of each', async () => {
      const { scene } = play;
      await apply(await load('production'), 'kubectl');
      await apply(await load('staging'), 'kubectl');
      await begin();

      const staging = await scene.push('dev-staging');
      await scene.rolledOut('myapp-staging', staging);
      await scene.lookedAgain('myapp');
      expect(await scene.rollouts('myapp')).toEqual([]);
      expect(await revisions()).toEqual([1, 2]);

      const latest = await scene.push('latest');
      await scene.rolledOut('myapp', latest);
      await scene.lookedAgain('myapp-staging');
      expect(await scene.rollouts('myapp-staging')).toHaveLength(1);
      expect(await revisions()).toEqual([2, 2]);

      const both = { latest: await scene.push('latest'), staging: await scene.push('dev-staging') };
      await Promise.all([scene.rolledOut('myapp', both.latest), scene.rolledOut('myapp-staging', both.staging)]);
      expect(await revisions()).toEqual([3, 3]);

      const told = await Promise.all(names.map((name) => toldHistory(api.url, namespace, name)));
      expect(told).toMatchObject([
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
      expect(told.flat().map(({ trigger }) => trigger)).toContain('webhook');
    });

    it('keeps what it rolled out when Flux applies the manifests again, and writes no more (law 9)', async () => {
      const { scene } = play;
      const files = [await load('production'), await load('staging')];
      const reconcile = async () => {
        for (const { metadata, ...rest } of files) {
          await apply({ ...rest, metadata: { ...metadata, labels: flux } }, 'kustomize-controller');
        }
      };
      await reconcile();
      await begin();
      const pushed = [await scene.push('latest'), await scene.push('dev-staging')] as const;
      await Promise.all([scene.rolledOut('myapp', pushed[0]), scene.rolledOut('myapp-staging', pushed[1])]);
      const tags = ['latest', 'dev-staging'];
      const written = tags.map((tag, index) => ({
        image: scene.image(tag),
        ours: `${scene.image(tag)}@${pushed[index]}`,
        revisions: 2,
      }));
      const found = () =>
        Promise.all(
          names.map(async (name) => {
            const { spec } = await scene.read(name);
            const { annotations } = spec.template.metadata;
            return {
              image: spec.template.spec.containers[0]?.image,
              ours: annotations?.['digest.keelson.sh/myapp'],
              revisions: await scene.revisions(name),
            };
          }),
        );
      expect(await found()).toEqual(written);

      for (const _ of [1, 2, 3]) {
        await reconcile();
        await Promise.all(names.map((name) => scene.lookedAgain(name)));
        expect(await found()).toEqual(written);
      }
      expect((await Promise.all(names.map((name) => scene.rollouts(name)))).map(({ length }) => length)).toEqual([
        1, 1,
      ]);

      await scene.rolledOut('myapp', await scene.push('latest'));
      expect(await revisions()).toEqual([3, 2]);
    });
  },
  { notify, namespace, repository: 'cmunroe/ops/myapp' },
);

const list = z.object({ items: z.array(z.unknown()) });

interface Pushed {
  readonly latest: string;
  readonly staging: string;
}

import { readFile } from 'node:fs/promises';
import { ApiClient } from '@keelson/simulator';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { RealCluster } from '../../src/index.ts';
import { realClusterMissing, startRealCluster } from '../../src/index.ts';

const wait = { timeout: 60_000, interval: 30 };
const infrastructure = new URL('../../../../infrastructure/', import.meta.url);
const image = 'pin.test/team/web:latest';
const good = `sha256:${'ab'.repeat(32)}`;
/** A pin in the form that the first version reads, and in that of the second. */
const [short, long] = [`${image}@${good}`, `${image} pin.test/team/web:v2@${good}`];

const object = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });
const pod = z.object({ spec: z.object({ containers: z.tuple([z.object({ image: z.string() })]) }) });
const component = z.object({ patches: z.tuple([z.object({ patch: z.string() })]) });

const missing = realClusterMissing('plain');

/** Policies of before and after, on a Kubernetes that serves them as a beta. */
describe.skipIf(missing !== undefined)(
  `the pod pin on Kubernetes 1.35 with its feature gate${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let cluster: RealCluster | undefined;
    let api: ApiClient;
    let beta: string;

    beforeAll(async () => {
      cluster = await startRealCluster({ assets: 'plain', betaPolicies: true, controllers: false });
      if (cluster === undefined) throw new Error(missing);
      api = new ApiClient(cluster);
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
      await api.request('POST', '/api/v1/namespaces/default/serviceaccounts', account);
      // What the component's only patch puts into each object.
      const { patches } = component.parse(
        parse(await readFile(new URL('keelson-pin-v1beta1/kustomization.yaml', infrastructure), 'utf8')),
      );
      const [operation] = z
        .tuple([z.object({ op: z.literal('replace'), path: z.literal('/apiVersion'), value: z.string() })])
        .parse(parse(patches[0].patch));
      beta = operation.value;
    });
    afterAll(async () => {
      await api?.close();
      await cluster?.stop();
    });

    async function install(file: URL): Promise<void> {
      for (const document of parseAllDocuments(await readFile(file, 'utf8'))) {
        const { kind, ...rest } = object.parse(document.toJS());
        const plural = kind.endsWith('Binding') ? 'mutatingadmissionpolicybindings' : 'mutatingadmissionpolicies';
        const path = `/apis/${beta}/${plural}/${rest.metadata.name}?fieldManager=tester&force=true`;
        await api.do('PATCH', path, { ...rest, kind, apiVersion: beta }, 'application/apply-patch+yaml');
      }
    }

    async function imageWith(value: string): Promise<string> {
      const metadata = { generateName: 'pod-', annotations: { 'digest.keelson.sh/app': value } };
      const body = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'app', image }] } };
      const admitted = await api.do('POST', '/api/v1/namespaces/default/pods?dryRun=All', body);
      return pod.parse(admitted).spec.containers[0].image;
    }

    it('reads old pins with the first version and with the second, and new ones with the second alone', async () => {
      await install(new URL('../policies/first-version.yaml', import.meta.url));
      await vi.waitUntil(async () => (await imageWith(short)) === short, wait);
      const first = [await imageWith(short), await imageWith(long)];
      await install(new URL('keelson-pin/policy.yaml', infrastructure));
      await vi.waitUntil(async () => (await imageWith(long)) !== image, wait);
      const second = [await imageWith(short), await imageWith(long)];

      expect(first).toEqual([short, image]);
      expect(second).toEqual([short, `pin.test/team/web:v2@${good}`]);
    });
  },
);

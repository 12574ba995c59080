import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFlux } from '@keelson/simulator';
import { fluxCrds, startRealCluster } from '@keelson/testkit';
import { stringify } from 'yaml';
import { z } from 'zod';
import { kubectl } from '../manifests/kubectl.ts';
import type { KubeObject } from '../manifests/object.ts';
import type { PodTemplate } from '../manifests/workloads.ts';
import { kedaCrds } from './keda-crds.ts';

/** A real API server that knows the kinds of Flux and KEDA, asked with kubectl. */
export interface ApiServer {
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** Makes them, or, `dry`, only asks whether they would be taken: every field known, every rule kept. Rejects with kubectl's words. */
  apply(objects: readonly object[], dry?: boolean): Promise<string>;
  stop(): Promise<void>;
}

const named = z.looseObject({ name: z.string() });

const dryRunOptions = ['--dry-run=server', '--validate=strict'];

/** Throws a sentence where there is none: ask `realClusterMissing` and `fluxCrdsMissing` first. */
export async function startApiServer(): Promise<ApiServer> {
  const cluster = await startRealCluster();
  if (!cluster) throw new Error('There is no API server to test with.');
  const folder = await mkdtemp(join(tmpdir(), 'keelson-api-server-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, cluster.kubeconfig, { mode: 0o600 });
  await (await startFlux(cluster, { crds: fluxCrds() })).stop();
  const server: ApiServer = {
    kubectl: (args, input) => kubectl(['--kubeconfig', kubeconfig, ...args], input),
    apply: (objects, dry = false) =>
      server.kubectl(
        ['apply', ...(dry ? dryRunOptions : []), '-f', '-'],
        objects.map((each) => stringify(each)).join('---\n'),
      ),
    async stop() {
      await cluster.stop();
      await rm(folder, { recursive: true });
    },
  };
  await server.apply(kedaCrds);
  await server.kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...kedaCrds.map(nameOf)]);
  return server;
}

function nameOf({ metadata: { name } }: { readonly metadata: { readonly name: string } }): string {
  return `crd/${name}`;
}

const claims = z.looseObject({ volumeClaimTemplates: z.array(z.looseObject({ metadata: named })).default([]) });

/** The pod that a workload's template makes, under a name of its own; a StatefulSet's has its volumes too. */
export function podOf({ metadata: { name, namespace }, ...workload }: KubeObject, { metadata, spec }: PodTemplate) {
  const volumes = claims.parse(workload['spec']).volumeClaimTemplates.map((claim) => ({
    name: claim.metadata.name,
    persistentVolumeClaim: { claimName: `${claim.metadata.name}-${name}-0` },
  }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: `${name}-probe`, namespace },
    spec: { ...spec, volumes: [...(spec.volumes ?? []), ...volumes] },
  };
}

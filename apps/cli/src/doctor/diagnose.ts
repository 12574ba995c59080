import type { KubeHttp } from '@keelson/kube';
import { KubeError } from '@keelson/kube';
import type { Subject } from '@keelson/lint';
import { LintError, readCluster, readRepository } from '@keelson/lint';
import { cluster } from './cluster.ts';
import { fluxRights } from './flux-rights.ts';
import { keelson } from './keelson.ts';
import { mirrors } from './mirrors.ts';
import { flux, pinPolicy } from './platform.ts';
import { probe } from './probe.ts';
import { redis } from './redis.ts';
import type { Line } from './schema.ts';
import { secrets } from './secrets.ts';

export interface DiagnoseOptions {
  /** A folder with manifests; one without adds nothing. */
  readonly path: string;
  /** Keelson's namespace in the cluster. */
  readonly namespace: string;
  readonly redisUrl?: string;
  /** Path of the CA of its certificate. */
  readonly redisCa?: string;
  /** Path of a registries.yaml. */
  readonly registries?: string;
}

/** Examines everything that Keelson needs, one part after the other, with requests that change nothing. */
export async function diagnose(
  { path, namespace, redisUrl, redisCa, registries }: DiagnoseOptions,
  toCluster: () => Promise<KubeHttp>,
): Promise<readonly Line[]> {
  const memory = await redis(
    redisUrl === undefined ? undefined : { redisUrl, ...(redisCa !== undefined && { redisCa }) },
  );
  const http = await toCluster().catch((error: unknown) => {
    if (error instanceof KubeError) return error;
    throw error;
  });
  if (http instanceof KubeError) {
    const remedy = 'Set KUBECONFIG to a cluster that answers.';
    return [{ code: 'cluster', status: 'missing', message: http.message, remedy }, ...memory];
  }
  try {
    const first = await cluster(http);
    if (first.status !== 'ok') return [first, ...memory];
    const manifests = await manifestsIn(path);
    let seen: Subject | undefined;
    const live = await probe('workloads', async () => {
      const { subject, findings } = await readCluster(http);
      seen = subject;
      manifests.unshift(subject);
      return findings.map(({ message, remedy }) => ({ code: 'workloads', status: 'unseen', message, remedy }));
    });
    const policy = await pinPolicy(http);
    const hasPolicy = policy.some(({ status }) => status === 'ok');
    return [
      first,
      ...(await keelson(http, namespace)),
      ...(await secrets(http, manifests)),
      ...live,
      ...memory,
      ...policy,
      ...(seen ? await mirrors(http, seen, { registries, hasPolicy }) : []),
      ...(await flux(http)),
      ...(seen ? await fluxRights(http, seen, namespace, hasPolicy) : []),
    ];
  } finally {
    await http.close();
  }
}

async function manifestsIn(path: string): Promise<Subject[]> {
  try {
    return [(await readRepository(path)).subject];
  } catch (error) {
    if (error instanceof LintError) return [];
    throw error;
  }
}

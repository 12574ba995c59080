import type { KubeHttp } from '@keelson/kube';
import { KubeError } from '@keelson/kube';
import { fields, isFields, list } from '@keelson/kube/fields';
import { finding } from '../finding.ts';
import type { ManifestObject } from '../model/manifest-object.ts';
import { describe, readManifestObject } from '../model/manifest-object.ts';
import { secretsOf } from '../model/secrets.ts';
import type { SecretState } from '../model/subject.ts';
import { readWorkload } from '../model/workload.ts';
import type { ReadResult } from '../read-repository.ts';

interface Listed {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
}

const lists: readonly Listed[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet', plural: 'statefulsets' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', plural: 'daemonsets' },
  { apiVersion: 'batch/v1', kind: 'CronJob', plural: 'cronjobs' },
  { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', plural: 'kustomizations' },
  { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', plural: 'helmreleases' },
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', plural: 'applications' },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingAdmissionPolicy',
    plural: 'mutatingadmissionpolicies',
  },
];

/**
 * Reads a cluster's workloads and the objects that reconcile them, with GET requests only. Kinds that the cluster does not have are left
 * out; a kind that may not be listed becomes an info.
 *
 * @throws KubeError when the cluster does not respond
 */
export async function readCluster(http: KubeHttp): Promise<ReadResult> {
  const objects: ManifestObject[] = [];
  const findings: ReadResult['findings'][number][] = [];
  for (const listed of lists) {
    try {
      objects.push(...(await listAll(http, listed)));
    } catch (error) {
      if (!(error instanceof KubeError) || (error.code !== 'not-found' && error.code !== 'forbidden')) throw error;
      if (error.code === 'forbidden') findings.push(notAllowed(listed));
    }
  }
  const workloads = objects.flatMap((object) => readWorkload(object) ?? []);
  const needed = workloads.flatMap((workload) =>
    secretsOf(workload).map(({ name }) => ({ namespace: workload.object.namespace ?? 'default', name })),
  );
  const states = await secretStates(http, needed);
  return {
    files: 0,
    findings,
    subject: {
      origin: 'cluster',
      objects,
      workloads,
      kustomizations: [],
      secretCommands: new Map(),
      secretState: (namespace, name) => states.get(`${namespace}/${name}`) ?? 'unseen',
    },
  };
}

async function listAll(http: KubeHttp, { apiVersion, kind, plural }: Listed): Promise<readonly ManifestObject[]> {
  const objects: ManifestObject[] = [];
  let next: string | undefined;
  do {
    const query = { limit: 500, continue: next };
    const page = fields(await http.request({ path: `/apis/${apiVersion}/${plural}`, query }));
    for (const item of list(page['items'])) {
      // The API server omits kind and apiVersion of the items in a list.
      const object = isFields(item)
        ? readManifestObject({ ...item, apiVersion, kind }, clusterOrigin(item, kind))
        : undefined;
      if (object) objects.push(object);
    }
    const token = fields(page['metadata'])['continue'];
    next = typeof token === 'string' && token !== '' ? token : undefined;
  } while (next !== undefined);
  return objects;
}

function clusterOrigin(item: unknown, kind: string): ManifestObject['origin'] {
  const { name, namespace } = fields(fields(item)['metadata']);
  const object = describe({
    kind,
    name: String(name),
    ...(typeof namespace === 'string' && { namespace }),
  });
  return { location: () => ({ object }), lineAt: () => '' };
}

/**
 * Whether each Secret exists, by `namespace/name`. One GET request for each, since a list would return the contents of all; the contents are
 * dropped.
 */
export async function secretStates(
  http: KubeHttp,
  needed: readonly { readonly namespace: string; readonly name: string }[],
): Promise<ReadonlyMap<string, SecretState>> {
  const states = new Map<string, SecretState>();
  for (const { namespace, name } of needed) {
    const key = `${namespace}/${name}`;
    if (!states.has(key)) states.set(key, await stateOf(http, namespace, name));
  }
  return states;
}

async function stateOf(http: KubeHttp, namespace: string, name: string): Promise<SecretState> {
  try {
    await http.request({
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`,
    });
    return 'there';
  } catch (error) {
    if (error instanceof KubeError && error.code === 'not-found') return 'missing';
    if (error instanceof KubeError && error.code === 'forbidden') return 'unseen';
    throw error;
  }
}

function notAllowed({ kind, plural }: Listed) {
  return finding(
    'not-allowed',
    'info',
    { object: kind },
    `Objects of kind ${kind} may not be listed, so they were not linted.`,
    `Allow it (list ${plural}), or use other credentials.`,
  );
}

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { KubeHttp } from '@keelson/kube';
import { parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { rightIn } from './verb-of.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const flux = z.looseObject({
  spec: z.looseObject({ path: z.string(), components: z.array(z.string()).default([]) }),
});
const object = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
const role = z.looseObject({
  rules: z.array(
    z.looseObject({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) }),
  ),
});

type KubeObject = z.output<typeof object>;

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const collections: Readonly<Record<string, (namespace: string) => string>> = {
  ServiceAccount: (namespace) => `/api/v1/namespaces/${namespace}/serviceaccounts`,
  ClusterRole: () => `${rbac}/clusterroles`,
  ClusterRoleBinding: () => `${rbac}/clusterrolebindings`,
  Role: (namespace) => `${rbac}/namespaces/${namespace}/roles`,
  RoleBinding: (namespace) => `${rbac}/namespaces/${namespace}/rolebindings`,
};

/** Builds what a cluster of this repository has of Keelson, with its right to read pull secrets, and keeps what says who may do what. Needs kubectl. */
export async function shippedAccess(cluster: string): Promise<KubeObject[]> {
  const text = await readFile(join(root, 'clusters', cluster, 'infrastructure.yaml'), 'utf8');
  const kustomizations = parseAllDocuments(text)
    .map((document) => flux.parse(document.toJS()).spec)
    .filter(({ path }) => path.startsWith('./infrastructure/keelson'));
  const chosen = { path: './infrastructure/keelson-pull-secrets', components: [] };
  const built = await Promise.all([...kustomizations, chosen].map(build));
  return built.flat().filter(({ kind }) => kind in collections);
}

async function build({ path, components }: z.output<typeof flux>['spec']): Promise<KubeObject[]> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'keelson-access-')));
  try {
    const from = (...to: readonly string[]) => relative(folder, join(root, path, ...to));
    const kustomization = { resources: [from()], components: components.map((component) => from(component)) };
    await writeFile(join(folder, 'kustomization.yaml'), stringify(kustomization));
    return parseAllDocuments(await kubectl('kustomize', folder)).map((document) => object.parse(document.toJS()));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** That of KUBEBUILDER_ASSETS, else the one on PATH. */
async function kubectl(...args: readonly string[]): Promise<string> {
  const script = 'PATH="$KUBEBUILDER_ASSETS:$PATH" exec kubectl "$@"';
  return (await promisify(execFile)('sh', ['-c', script, 'kubectl', ...args])).stdout;
}

/** Why there is no kubectl to build manifests with, in a sentence; undefined when there is one. */
export function kubectlMissing(): Promise<string | undefined> {
  return kubectl('version', '--client').then(
    () => undefined,
    () => 'kubectl is neither in KUBEBUILDER_ASSETS nor on PATH.',
  );
}

/** Makes them on a cluster; their namespaces are there. */
export async function install(kube: KubeHttp, objects: readonly KubeObject[]): Promise<void> {
  for (const each of objects) {
    const collection = collections[each.kind];
    if (!collection) throw new Error(`${each.kind} says nothing about access.`);
    await kube.request({ method: 'POST', path: collection(each.metadata.namespace ?? ''), body: each });
  }
}

/** Every verb that the roles name, as `group/resource verb`; with the place of the Role: see `rightIn`. */
export function grantedIn(objects: readonly KubeObject[]): readonly string[] {
  const roles = objects.filter(({ kind }) => kind.endsWith('Role'));
  return roles.flatMap((each) => role.parse(each).rules.flatMap((rule) => rightsOf(rule, each.metadata.namespace)));
}

type Rule = z.output<typeof role>['rules'][number];

function rightsOf({ apiGroups, resources, verbs }: Rule, namespace: string | undefined): readonly string[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) => verbs.map((verb) => rightIn(namespace, `${group}/${resource} ${verb}`))),
  );
}

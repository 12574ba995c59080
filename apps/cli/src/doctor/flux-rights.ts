import type { KubeHttp } from '@keelson/kube';
import { KubeError } from '@keelson/kube';
import type { Subject } from '@keelson/lint';
import { z } from 'zod';
import { probe } from './probe.ts';
import type { Line } from './schema.ts';

const code = 'flux-rights';
const kinds: Readonly<Record<string, string>> = { Kustomization: 'kustomizations', HelmRelease: 'helmreleases' };
const owner = z.object({
  status: z.object({ inventory: z.object({ entries: z.array(z.object({ id: z.string() })) }) }),
});
const review = z.object({ status: z.object({ allowed: z.boolean() }) });

/**
 * What Keelson's ServiceAccount may do with the objects of Flux that own followed workloads, by a review of its access, which changes nothing. Nothing to
 * say where the admission policy is: then Keelson writes into none of them.
 */
export function fluxRights(
  http: KubeHttp,
  { objects, workloads }: Subject,
  namespace: string,
  hasPolicy: boolean,
): Promise<readonly Line[]> {
  const followed = new Set(
    workloads
      .filter((each) => each.followed)
      .map(({ object }) => [object.namespace, object.name, object.group, object.kind].join('_')),
  );
  return probe(code, async () => {
    const lines: Line[] = [];
    for (const { group, kind, name, namespace: where, value } of objects) {
      const resource = group.endsWith('.toolkit.fluxcd.io') ? kinds[kind] : undefined;
      const entries = owner.safeParse(value).data?.status.inventory.entries ?? [];
      if (resource === undefined || where === undefined || !entries.some(({ id }) => followed.has(id))) continue;
      const may = (verb: string) => isAllowed(http, namespace, { group, resource, namespace: where, name, verb });
      const what = `${kind} ${where}/${name}`;
      if ((await may('get')) === false) {
        const message = `Keelson may not read ${what}, so it does not know who owns the workloads that it lists.`;
        const remedy = `Grant the ServiceAccount ${namespace}/keelson the verb get on ${resource} in namespace ${where}.`;
        lines.push({ code, status: 'note', message, remedy });
      } else if (!hasPolicy && (await may('patch')) === false) {
        const message = `Keelson may not patch ${what}: Flux reverts a rollback of the workloads that it lists at its next reconciliation.`;
        const remedy = `Install infrastructure/keelson-pin, or add the Role and RoleBinding of infrastructure/keelson-flux to namespace ${where}, with the name ${name}.`;
        lines.push({ code, status: 'note', message, remedy });
      }
    }
    return lines;
  });
}

/** undefined where the API server gives no answer. */
async function isAllowed(
  http: KubeHttp,
  namespace: string,
  resourceAttributes: Readonly<Record<string, string>>,
): Promise<boolean | undefined> {
  const user = `system:serviceaccount:${namespace}:keelson`;
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  try {
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, groups, resourceAttributes },
    };
    return review.safeParse(await http.request({ method: 'POST', path, body })).data?.status.allowed;
  } catch (error) {
    if (error instanceof KubeError && error.code === 'not-found') return undefined;
    throw error;
  }
}

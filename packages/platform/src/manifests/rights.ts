import { z } from 'zod';
import type { KubeObject } from './object.ts';

const rule = z.strictObject({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  resourceNames: z.array(z.string()).default([]),
  verbs: z.array(z.string()),
});
const role = z.looseObject({ rules: z.array(rule) });
const binding = z.looseObject({
  roleRef: z.strictObject({
    apiGroup: z.literal('rbac.authorization.k8s.io'),
    kind: z.enum(['ClusterRole', 'Role']),
    name: z.string(),
  }),
  subjects: z.array(z.strictObject({ kind: z.string(), name: z.string(), namespace: z.string().optional() })),
});

/** What manifests let a ServiceAccount do: by `where group/resource[/name]` its verbs; `*` is the whole cluster. */
export function rightsOf(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  objects: readonly KubeObject[],
): Readonly<Record<string, string>> {
  const rulesOf = (kind: string, wanted: string, within?: string) => {
    const found = objects.find(
      (each) => each.kind === kind && each.metadata.name === wanted && each.metadata.namespace === within,
    );
    if (found === undefined) throw new Error(`A binding names the ${kind} ${wanted}, which is not there.`);
    return role.parse(found).rules;
  };
  const entries = objects.flatMap((each) => {
    if (each.kind !== 'ClusterRoleBinding' && each.kind !== 'RoleBinding') return [];
    const { roleRef, subjects } = binding.parse(each);
    if (!subjects.some((subject) => subject.name === name && subject.namespace === namespace)) return [];
    const where = each.kind === 'RoleBinding' ? (each.metadata.namespace ?? 'nowhere') : '*';
    const rules = rulesOf(roleRef.kind, roleRef.name, roleRef.kind === 'Role' ? each.metadata.namespace : undefined);
    return rules.flatMap(({ apiGroups, resources, resourceNames, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) =>
          (resourceNames.length > 0 ? resourceNames.map((only) => `/${only}`) : ['']).map(
            (only) => [`${where} ${group}/${resource}${only}`, verbs.join(' ')] as const,
          ),
        ),
      ),
    );
  });
  const doubled = entries.find(([key], index) => entries.findIndex(([other]) => other === key) !== index);
  if (doubled) throw new Error(`${doubled[0]} is granted twice.`);
  return Object.fromEntries(entries);
}

import { at, fields, list, text } from '@keelson/kube/fields';
import { finding } from '../finding.ts';
import type { ManifestObject } from '../model/manifest-object.ts';
import { describe } from '../model/manifest-object.ts';
import { secretsOf } from '../model/secrets.ts';
import type { Subject } from '../model/subject.ts';
import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';

/** Secrets that pods need, and that nothing in the repository creates or that the cluster lacks. Each once per workload. */
export const secrets: Rule = (subject) => {
  const created = new Set(subject.objects.flatMap(createdBy).concat(generated(subject)));
  return subject.workloads.flatMap((workload) => {
    const { object } = workload;
    const uses = new Map(
      secretsOf(workload)
        .map((use) => [use.name, use] as const)
        .toReversed(),
    );
    return [...uses.values()].toReversed().flatMap(({ name, path, purpose }) => {
      const namespace = object.namespace ?? 'default';
      const remedy = `Create it: ${secretCommand(subject.secretCommands, namespace, name)}`;
      const location = object.origin.location(path);
      const who = `${describe(object)} needs the Secret ${name} ${purpose}`;
      if (subject.secretState) return fromCluster(subject.secretState(namespace, name), { who, remedy, location });
      if (created.has(`${namespace}/${name}`) || created.has(`/${name}`)) return [];
      return [finding('secret-not-in-tree', 'info', location, `${who}, and nothing here creates it.`, remedy)];
    });
  });
};

/** The command that a comment names, or a general one. */
export function secretCommand(commands: Subject['secretCommands'], namespace: string, name: string): string {
  return (
    commands.get(`${namespace}/${name}`) ??
    `kubectl -n ${namespace} create secret generic ${name} --from-literal=KEY=VALUE`
  );
}

function fromCluster(
  state: 'there' | 'missing' | 'unseen',
  { who, remedy, location }: { readonly who: string; readonly remedy: string; readonly location: Finding['location'] },
): readonly Finding[] {
  if (state === 'there') return [];
  if (state === 'missing')
    return [finding('secret-missing', 'error', location, `${who}, and it does not exist.`, remedy)];
  const allow = 'Allow reading it (get secrets), or check it by hand.';
  return [finding('secret-unseen', 'info', location, `${who}; whether it exists could not be read.`, allow)];
}

/** `namespace/name` of the Secrets that an object is, or that a controller creates from it; `/name` where it has no namespace. */
function createdBy({ kind, name, namespace = '', value }: ManifestObject): readonly string[] {
  const named = [
    at(value, ['spec', 'target', 'name']),
    at(value, ['spec', 'destination', 'name']),
    kind === 'Certificate' ? at(value, ['spec', 'secretName']) : undefined,
  ].flatMap((one) => text(one) ?? []);
  const own = kind.endsWith('Secret') ? [name] : [];
  return [...own, ...(own.length > 0 || kind === 'Certificate' ? named : [])].map((one) => `${namespace}/${one}`);
}

function generated({ kustomizations }: Subject): readonly string[] {
  return kustomizations.flatMap(({ value }) =>
    list(value['secretGenerator']).flatMap((entry) => {
      const { name, namespace } = fields(entry);
      const home = text(namespace) ?? text(value['namespace']) ?? '';
      return typeof name === 'string' ? [`${home}/${name}`] : [];
    }),
  );
}

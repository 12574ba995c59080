import { at, fields, list, text } from '../fields.ts';
import { finding } from '../finding.ts';
import { secretsOf } from '../model/secrets.ts';
import type { Subject } from '../model/subject.ts';
import type { Thing } from '../model/thing.ts';
import { describe } from '../model/thing.ts';
import type { Finding } from '../report/schema.ts';
import type { Rule } from './rule.ts';

/** Secrets that pods need: those that nothing in the repository makes, or that the cluster lacks. Each once a workload. */
export const secrets: Rule = (subject) => {
  const made = new Set(subject.things.flatMap(makes).concat(generated(subject)));
  return subject.workloads.flatMap((workload) => {
    const { thing } = workload;
    const uses = new Map(
      secretsOf(workload)
        .map((use) => [use.name, use] as const)
        .toReversed(),
    );
    return [...uses.values()].toReversed().flatMap(({ name, path, purpose }) => {
      const namespace = thing.namespace ?? 'default';
      const remedy = `Make it: ${secretCommand(subject.secretCommands, namespace, name)}`;
      const place = thing.origin.place(path);
      const who = `${describe(thing)} needs the Secret ${name} ${purpose}`;
      if (subject.secretState) return fromCluster(subject.secretState(namespace, name), { who, remedy, place });
      if (made.has(`${namespace}/${name}`) || made.has(`/${name}`)) return [];
      return [finding('secret-not-in-tree', 'info', place, `${who}, and nothing here makes it.`, remedy)];
    });
  });
};

/** The command of a comment, or what it comes down to. */
export function secretCommand(commands: Subject['secretCommands'], namespace: string, name: string): string {
  return (
    commands.get(`${namespace}/${name}`) ??
    `kubectl -n ${namespace} create secret generic ${name} --from-literal=KEY=VALUE`
  );
}

function fromCluster(
  state: 'there' | 'missing' | 'unseen',
  { who, remedy, place }: { readonly who: string; readonly remedy: string; readonly place: Finding['place'] },
): readonly Finding[] {
  if (state === 'there') return [];
  if (state === 'missing') return [finding('secret-missing', 'error', place, `${who}, and it is not there.`, remedy)];
  const allow = 'Allow reading it (get secrets), or look yourself.';
  return [finding('secret-unseen', 'info', place, `${who}; whether it is there could not be seen.`, allow)];
}

/** `namespace/name` of the Secrets that an object is, or that a controller makes of it; without a namespace where it has none. */
function makes({ kind, name, namespace = '', value }: Thing): readonly string[] {
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

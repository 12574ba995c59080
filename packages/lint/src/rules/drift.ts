import { at, fields, isFields, list, text } from '../fields.ts';
import { finding } from '../finding.ts';
import { pinsPods } from '../model/flux.ts';
import type { Subject } from '../model/subject.ts';
import type { Thing } from '../model/thing.ts';
import { describe } from '../model/thing.ts';
import type { Finding } from '../report/schema.ts';
import { below } from '../source/kustomizations.ts';
import type { Rule } from './rule.ts';

const pin = 'Apply infrastructure/keelson-pin (Kubernetes 1.36 or later), ';

/** Owners that put an image back within seconds, where pods are not given their digest: an update lasts, a rollback does not. */
export const drift: Rule = (subject) => {
  if (pinsPods(subject)) return [];
  return subject.things.flatMap((thing) => [...helm(thing, subject), ...argo(thing, subject)]);
};

function helm(thing: Thing, subject: Subject): readonly Finding[] {
  if (thing.group !== 'helm.toolkit.fluxcd.io' || thing.kind !== 'HelmRelease') return [];
  const detection = fields(at(thing.value, ['spec', 'driftDetection']));
  const ignores = list(detection['ignore']).some((rule) => JSON.stringify(rule).includes('/containers'));
  if (detection['mode'] !== 'enabled' || ignores || !followsAny(thing, subject)) return [];
  return [
    finding(
      'drift-detection',
      'warning',
      thing.origin.place(['spec', 'driftDetection', 'mode']),
      `${describe(thing)} corrects drift, and a workload of it is followed: a rollback is undone within its interval.`,
      `${pin}or add /spec/template/spec/containers to spec.driftDetection.ignore.`,
    ),
  ];
}

/** In a repository the chart's workloads are not seen; their policy stands in the values. */
function followsAny({ value, name, namespace }: Thing, { workloads }: Subject): boolean {
  const group = 'helm.toolkit.fluxcd.io';
  const live = workloads.some(
    ({ followed, labels }) =>
      followed && labels[`${group}/name`] === name && labels[`${group}/namespace`] === namespace,
  );
  return live || holdsPolicy(at(value, ['spec', 'values']));
}

function holdsPolicy(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsPolicy);
  if (!isFields(value)) return false;
  return Object.entries(value).some(([key, inner]) => /^keel(?:son)?\.sh\/policy$/.test(key) || holdsPolicy(inner));
}

function argo(thing: Thing, { workloads, origin }: Subject): readonly Finding[] {
  if (thing.group !== 'argoproj.io' || thing.kind !== 'Application') return [];
  const heals = at(thing.value, ['spec', 'syncPolicy', 'automated', 'selfHeal']) === true;
  const ignored = list(at(thing.value, ['spec', 'ignoreDifferences'])).some((rule) =>
    JSON.stringify(rule).includes('"keelson"'),
  );
  if (!heals || ignored) return [];
  const path = text(at(thing.value, ['spec', 'source', 'path']));
  const followed = workloads.find(({ followed: yes, thing: one, annotations }) => {
    if (!yes) return false;
    if (origin === 'cluster') return annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] === thing.name;
    return path !== undefined && one.origin.file?.startsWith(`${below('', path)}/`);
  });
  if (!followed) return [];
  return [
    finding(
      'self-heal',
      'warning',
      thing.origin.place(['spec', 'syncPolicy', 'automated', 'selfHeal']),
      `${describe(thing)} heals itself, and ${describe(followed.thing)} of it is followed: a rollback is undone within seconds.`,
      `${pin}or set ignoreDifferences with managedFieldsManagers: [keelson] and the sync option RespectIgnoreDifferences=true.`,
    ),
  ];
}

import { at, fields, isFields, list, text } from '@keelson/kube/fields';
import { finding } from '../finding.ts';
import { pinsPods } from '../model/flux.ts';
import type { ManifestObject } from '../model/manifest-object.ts';
import { describe } from '../model/manifest-object.ts';
import type { Subject } from '../model/subject.ts';
import type { Finding } from '../report/schema.ts';
import { below } from '../source/kustomizations.ts';
import type { Rule } from './rule.ts';

const pin = 'Apply infrastructure/keelson-pin (Kubernetes 1.36 or later), ';

/** Owners that revert a rollback soon, unless Keelson's admission policy pins the pods. */
export const drift: Rule = (subject) => {
  if (pinsPods(subject)) return [];
  return subject.objects.flatMap((object) => [...helm(object, subject), ...argo(object, subject)]);
};

function helm(object: ManifestObject, subject: Subject): readonly Finding[] {
  if (object.group !== 'helm.toolkit.fluxcd.io' || object.kind !== 'HelmRelease') return [];
  const detection = fields(at(object.value, ['spec', 'driftDetection']));
  const ignores = list(detection['ignore']).some((rule) => JSON.stringify(rule).includes('/containers'));
  if (detection['mode'] !== 'enabled' || ignores || isWritable(object) || !followsAny(object, subject)) return [];
  return [
    finding(
      'drift-detection',
      'warning',
      object.origin.location(['spec', 'driftDetection', 'mode']),
      `${describe(object)} corrects drift, and a workload of it is followed: it reverts a rollback within its interval, unless Keelson may write an entry into it.`,
      `${pin}or grant Keelson the verbs get and patch on helmreleases in its namespace, as infrastructure/keelson/access.yaml does in flux-system, or add /spec/template/spec/containers to spec.driftDetection.ignore.`,
    ),
  ];
}

/** Whether the Role that infrastructure/keelson ships lets Keelson write an entry, which its upgrades and its drift detection then keep. */
function isWritable({ namespace }: ManifestObject): boolean {
  return namespace === 'flux-system';
}

/** A repository does not show the chart's workloads, but the values may hold their policy. */
function followsAny({ value, name, namespace }: ManifestObject, { workloads }: Subject): boolean {
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

function argo(object: ManifestObject, { workloads, origin }: Subject): readonly Finding[] {
  if (object.group !== 'argoproj.io' || object.kind !== 'Application') return [];
  const heals = at(object.value, ['spec', 'syncPolicy', 'automated', 'selfHeal']) === true;
  const ignored = list(at(object.value, ['spec', 'ignoreDifferences'])).some((rule) =>
    JSON.stringify(rule).includes('"keelson"'),
  );
  if (!heals || ignored) return [];
  const path = text(at(object.value, ['spec', 'source', 'path']));
  const followed = workloads.find(({ followed: yes, object: one, annotations }) => {
    if (!yes) return false;
    if (origin === 'cluster') return annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] === object.name;
    return path !== undefined && one.origin.file?.startsWith(`${below('', path)}/`);
  });
  if (!followed) return [];
  return [
    finding(
      'self-heal',
      'warning',
      object.origin.location(['spec', 'syncPolicy', 'automated', 'selfHeal']),
      `${describe(object)} has selfHeal, and ${describe(followed.object)} of it is followed: Argo CD reverts a rollback within seconds.`,
      `${pin}or set ignoreDifferences with managedFieldsManagers: [keelson] and the sync option RespectIgnoreDifferences=true.`,
    ),
  ];
}

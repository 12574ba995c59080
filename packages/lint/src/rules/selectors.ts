import { dirname } from 'node:path/posix';
import { at, fields, strings } from '@keelson/kube/fields';
import { finding } from '../finding.ts';
import { describe } from '../model/manifest-object.ts';
import type { LintedWorkload } from '../model/workload.ts';
import type { Rule } from './rule.ts';

/** Workloads whose selectors match each other's pods: their controllers fight, and a verdict on one is read from pods of the other. */
export const selectors: Rule = ({ workloads }) =>
  workloads.flatMap((one, index) => {
    const other = workloads.slice(0, index).find((earlier) => overlap(one, earlier));
    if (!other) return [];
    return [
      finding(
        'selectors-overlap',
        'error',
        one.object.origin.location(['spec', 'selector', 'matchLabels'], 'key'),
        `The selectors of ${describe(one.object)} and ${describe(other.object)} match pods of both.`,
        'Give each its own label, in spec.selector and in the pod template; a selector cannot be changed afterwards, so delete the workload first.',
      ),
    ];
  });

function overlap(one: LintedWorkload, other: LintedWorkload): boolean {
  const sameHome =
    one.object.namespace === other.object.namespace && (one.object.namespace !== undefined || besides(one, other));
  const sameObject = one.object.kind === other.object.kind && one.object.name === other.object.name;
  return sameHome && !sameObject && (selects(one, other) || selects(other, one));
}

/** Without a namespace, manifests in one folder are taken to be applied to the same one. */
function besides(one: LintedWorkload, other: LintedWorkload): boolean {
  return dirname(one.object.origin.file ?? '') === dirname(other.object.origin.file ?? '');
}

function selects(selecting: LintedWorkload, selected: LintedWorkload): boolean {
  const selector = fields(at(selecting.object.value, ['spec', 'selector']));
  if (selector['matchExpressions'] !== undefined || selected.object.kind === 'CronJob') return false;
  const wanted = Object.entries(strings(selector['matchLabels']));
  const labels = strings(fields(selected.template['metadata'])['labels']);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

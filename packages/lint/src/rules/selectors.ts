import { dirname } from 'node:path/posix';
import { at, fields, strings } from '../fields.ts';
import { finding } from '../finding.ts';
import { describe } from '../model/thing.ts';
import type { LintedWorkload } from '../model/workload.ts';
import type { Rule } from './rule.ts';

/** Two workloads that take each other's pods for their own: their controllers fight, and pods of one are judged as those of the other. */
export const selectors: Rule = ({ workloads }) =>
  workloads.flatMap((one, index) => {
    const other = workloads.slice(0, index).find((earlier) => overlap(one, earlier));
    if (!other) return [];
    return [
      finding(
        'selectors-overlap',
        'error',
        one.thing.origin.place(['spec', 'selector', 'matchLabels'], 'key'),
        `The selectors of ${describe(one.thing)} and ${describe(other.thing)} match pods of both.`,
        'Give each its own label, in spec.selector and in the pod template; a selector cannot be changed afterwards, so delete the workload first.',
      ),
    ];
  });

function overlap(one: LintedWorkload, other: LintedWorkload): boolean {
  const sameHome =
    one.thing.namespace === other.thing.namespace && (one.thing.namespace !== undefined || besides(one, other));
  const sameObject = one.thing.kind === other.thing.kind && one.thing.name === other.thing.name;
  return sameHome && !sameObject && (selects(one, other) || selects(other, one));
}

/** Without a namespace nobody knows where they go: what lies in one folder may go to one place. */
function besides(one: LintedWorkload, other: LintedWorkload): boolean {
  return dirname(one.thing.origin.file ?? '') === dirname(other.thing.origin.file ?? '');
}

function selects(selecting: LintedWorkload, selected: LintedWorkload): boolean {
  const selector = fields(at(selecting.thing.value, ['spec', 'selector']));
  if (selector['matchExpressions'] !== undefined || selected.thing.kind === 'CronJob') return false;
  const wanted = Object.entries(strings(selector['matchLabels']));
  const labels = strings(fields(selected.template['metadata'])['labels']);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

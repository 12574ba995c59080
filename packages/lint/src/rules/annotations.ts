import type { Warning } from '@keelson/policy';
import { finding } from '../finding.ts';
import { describe } from '../model/thing.ts';
import type { LintedWorkload } from '../model/workload.ts';
import type { Finding, Severity } from '../report/schema.ts';
import type { Rule } from './rule.ts';
import { keelSeverity } from './rule.ts';

/** What its author wanted does not happen: an error. It happens otherwise than written: a warning. */
const severityOf: ReadonlyMap<string, Severity> = new Map([
  ['unknown-annotation', 'error'],
  ['unknown-policy', 'error'],
  ['unknown-trigger', 'error'],
  ['unreadable-value', 'error'],
  ['unreadable-schedule', 'error'],
  ['unreadable-image', 'error'],
  ['no-container', 'error'],
]);

/** What Keelson itself says about a workload's annotations: one source of truth, packages/policy. */
export const annotations: Rule = ({ workloads }, options) =>
  workloads.flatMap((workload) =>
    workload.warnings.flatMap((warning) => {
      if (substituted(warning)) return [];
      const keel = warning.code === 'force-follows-tag';
      const severity = keel ? keelSeverity(options) : (severityOf.get(warning.code) ?? 'warning');
      return severity === undefined ? [] : [toFinding(workload, warning, severity)];
    }),
  );

/** `image: shop:${TAG}` is what Flux' postBuild makes it: what stands in the file says nothing yet. */
function substituted({ message }: Warning): boolean {
  return /\$\{\w+/.test(message);
}

function toFinding({ thing, annotations: written }: LintedWorkload, warning: Warning, severity: Severity): Finding {
  const map = warning.key !== undefined && warning.key in written ? 'annotations' : 'labels';
  const path = warning.key === undefined ? ['spec'] : ['metadata', map, warning.key];
  const [what, remedy] = inTwo(warning.message);
  return finding(
    warning.code,
    severity,
    thing.origin.place(path, 'key'),
    what,
    remedy ?? `Mend it in ${describe(thing)}; docs/annotations.md says what is read.`,
  );
}

/** A warning's sentence ends in what to do, after a semicolon. */
function inTwo(message: string): readonly [string, string?] {
  const cut = message.lastIndexOf('; ');
  if (cut === -1) return [message];
  const advice = message.slice(cut + 2);
  return [`${message.slice(0, cut)}.`, `${advice.charAt(0).toUpperCase()}${advice.slice(1)}`];
}

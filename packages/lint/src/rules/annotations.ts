import type { Warning } from '@keelson/policy';
import { finding } from '../finding.ts';
import { describe } from '../model/manifest-object.ts';
import type { LintedWorkload } from '../model/workload.ts';
import type { Finding, Severity } from '../report/schema.ts';
import type { Rule } from './rule.ts';
import { keelSeverity } from './rule.ts';

/** An error: what the author wants does not happen. Every other code is a warning: it happens in another way than written. */
const severityOf: ReadonlyMap<string, Severity> = new Map([
  ['unknown-annotation', 'error'],
  ['unknown-policy', 'error'],
  ['unknown-trigger', 'error'],
  ['unreadable-value', 'error'],
  ['unreadable-schedule', 'error'],
  ['unreadable-image', 'error'],
  ['no-container', 'error'],
  ['too-many-containers', 'error'],
]);

/** The warnings that Keelson itself gives about a workload's annotations, from packages/policy. */
export const annotations: Rule = ({ workloads }, options) =>
  workloads.flatMap((workload) =>
    workload.warnings.flatMap((warning) => {
      if (substituted(warning)) return [];
      const keel = warning.code === 'force-follows-tag';
      const severity = keel ? keelSeverity(options) : (severityOf.get(warning.code) ?? 'warning');
      return severity === undefined ? [] : [toFinding(workload, warning, severity)];
    }),
  );

/** Flux' postBuild substitutes `image: shop:${TAG}`: the value in the file is not the applied one. */
function substituted({ message }: Warning): boolean {
  return /\$\{\w+/.test(message);
}

function toFinding({ object, annotations: written }: LintedWorkload, warning: Warning, severity: Severity): Finding {
  const map = warning.key !== undefined && warning.key in written ? 'annotations' : 'labels';
  const path = warning.key === undefined ? ['spec'] : ['metadata', map, warning.key];
  const [what, remedy] = inTwo(warning.message);
  return finding(
    warning.code,
    severity,
    object.origin.location(path, 'key'),
    what,
    remedy ?? `Fix it in ${describe(object)}; docs/annotations.md lists what Keelson reads.`,
  );
}

/** A warning's message and its remedy, which follows the last semicolon. */
function inTwo(message: string): readonly [string, string?] {
  const cut = message.lastIndexOf('; ');
  if (cut === -1) return [message];
  const advice = message.slice(cut + 2);
  return [`${message.slice(0, cut)}.`, `${advice.charAt(0).toUpperCase()}${advice.slice(1)}`];
}

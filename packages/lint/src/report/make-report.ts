import type { RuleOptions } from '../model/subject.ts';
import type { ReadResult } from '../read-repository.ts';
import { rules } from '../rules/all.ts';
import type { Finding, Place, Report } from './schema.ts';
import { severities } from './schema.ts';

/** Puts every rule to what was read. Findings come by file and line, the worst first where they stand at one place. */
export function makeReport(name: string, { subject, findings, files }: ReadResult, options: RuleOptions): Report {
  const found = [...findings, ...rules.flatMap((rule) => rule(subject, options))].sort(byPlace);
  const count = (severity: Finding['severity']) => found.filter((one) => one.severity === severity).length;
  return {
    version: 1,
    subject: name,
    origin: subject.origin,
    read: {
      files,
      objects: subject.things.length,
      workloads: subject.workloads.length,
      followed: subject.workloads.filter(({ followed }) => followed).length,
    },
    counts: { error: count('error'), warning: count('warning'), info: count('info') },
    findings: found,
  };
}

function byPlace(one: Finding, other: Finding): number {
  return (
    compare(nameOf(one.place), nameOf(other.place)) ||
    (one.place.line ?? 0) - (other.place.line ?? 0) ||
    severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
    compare(one.code, other.code)
  );
}

/** Under what a finding is shown. */
export function nameOf({ file, object }: Place): string {
  return file ?? object ?? '';
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

import type { RuleOptions } from '../model/subject.ts';
import type { ReadResult } from '../read-repository.ts';
import { rules } from '../rules/all.ts';
import type { Finding, Location, Report } from './schema.ts';
import { severities } from './schema.ts';

/** Applies every rule. Findings are sorted by file and line, then by severity. */
export function makeReport(name: string, { subject, findings, files }: ReadResult, options: RuleOptions): Report {
  const found = [...findings, ...rules.flatMap((rule) => rule(subject, options))].sort(byPlace);
  const count = (severity: Finding['severity']) => found.filter((one) => one.severity === severity).length;
  return {
    version: 1,
    subject: name,
    origin: subject.origin,
    read: {
      files,
      objects: subject.objects.length,
      workloads: subject.workloads.length,
      followed: subject.workloads.filter(({ followed }) => followed).length,
    },
    counts: { error: count('error'), warning: count('warning'), info: count('info') },
    findings: found,
  };
}

function byPlace(one: Finding, other: Finding): number {
  return (
    compare(nameOf(one.location), nameOf(other.location)) ||
    (one.location.line ?? 0) - (other.location.line ?? 0) ||
    severities.indexOf(one.severity) - severities.indexOf(other.severity) ||
    compare(one.code, other.code)
  );
}

/** The file or object under which a finding is shown. */
export function nameOf({ file, object }: Location): string {
  return file ?? object ?? '';
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

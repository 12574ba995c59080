import type { RuleOptions, Subject } from '../model/subject.ts';
import type { Finding, Severity } from '../report/schema.ts';

/** Looks for one kind of mistake. Pure: the same subject gives the same findings. */
export type Rule = (subject: Subject, options: RuleOptions) => readonly Finding[];

/** The severity of a difference between Keel and Keelson; undefined for users who run Keelson and not Keel. */
export function keelSeverity({ readers }: RuleOptions): Severity | undefined {
  if (readers.includes('keel')) return 'warning';
  return readers.includes('keelson') ? undefined : 'info';
}

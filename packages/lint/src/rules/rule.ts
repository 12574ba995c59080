import type { RuleOptions, Subject } from '../model/subject.ts';
import type { Finding, Severity } from '../report/schema.ts';

/** One thing to look for. Pure: the same subject gives the same findings. */
export type Rule = (subject: Subject, options: RuleOptions) => readonly Finding[];

/** How bad it is that Keel does otherwise than Keelson: undefined for those who said that they run Keelson and not Keel. */
export function keelSeverity({ readers }: RuleOptions): Severity | undefined {
  if (readers.includes('keel')) return 'warning';
  return readers.includes('keelson') ? undefined : 'info';
}
